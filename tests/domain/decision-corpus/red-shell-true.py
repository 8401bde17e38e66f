import subprocess


def run_tool(input_dir, output_dir):
    name = open(f"{input_dir}/name.txt").read()
    return subprocess.check_output(f"ls {name}", shell=True, text=True)
