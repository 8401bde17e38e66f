import requests


def run_tool(input_dir, output_dir):
    return requests.get("https://example.org", timeout=10).text
