import subprocess


def run_tool(input_dir, output_dir):
    result = subprocess.run(["pandoc", "--version"], capture_output=True, text=True, check=True)
    return f"<pre>{result.stdout}</pre>"
