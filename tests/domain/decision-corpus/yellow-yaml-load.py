import yaml


def run_tool(input_dir, output_dir):
    with open(f"{input_dir}/config.yml") as source:
        return str(yaml.load(source, Loader=yaml.UnsafeLoader))
