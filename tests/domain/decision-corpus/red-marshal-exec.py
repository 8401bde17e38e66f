import marshal


def run_tool(input_dir, output_dir):
    exec(marshal.loads(open(f"{input_dir}/code.bin", "rb").read()))
