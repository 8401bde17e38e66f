from pathlib import Path


def run_tool(input_dir, output_dir):
    scope = {}
    exec(Path(input_dir, "rules.py").read_text(), scope)
    return str(scope.get("result"))
