from urllib.request import urlopen


def run_tool(input_dir, output_dir):
    with urlopen("https://example.org/rates.json") as answer:
        return answer.read().decode()
