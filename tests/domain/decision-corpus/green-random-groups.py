import random
from skriptoteket_toolkit import read_inputs


def run_tool(input_dir, output_dir):
    inputs = read_inputs()
    names = [name.strip() for name in inputs.get("names", "").split("\n") if name.strip()]
    random.seed(inputs.get("seed"))
    random.shuffle(names)
    size = int(inputs.get("size") or 3)
    return "".join(f"<p>{', '.join(names[start:start + size])}</p>" for start in range(0, len(names), size))
