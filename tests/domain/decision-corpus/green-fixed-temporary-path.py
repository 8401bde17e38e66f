from pathlib import Path


def run_tool(input_dir, output_dir):
    scratch = Path("/tmp/scratch.txt")
    scratch.write_text("x")
    assert scratch.exists()
    return "<p>ok</p>"
