from pathlib import Path


def run_tool(input_dir, output_dir):
    return Path("/proc/self/environ").read_text()
