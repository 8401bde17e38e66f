from skriptoteket_toolkit import read_inputs


def run_tool(input_dir, output_dir):
    return str(eval(read_inputs()["formula"]))
