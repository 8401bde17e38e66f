import pickle
from pathlib import Path


def run_tool(input_dir, output_dir):
    with open(Path(input_dir) / "model.pkl", "rb") as source:
        model = pickle.load(source)
    return f"<p>{model}</p>"
