from urllib.parse import quote, urlparse


def run_tool(input_dir, output_dir):
    link = urlparse("https://example.org/a?b=c")
    return f'<a href="https://example.org/{quote(link.path)}">{link.netloc}</a>'
