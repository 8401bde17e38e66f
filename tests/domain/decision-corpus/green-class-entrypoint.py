from skriptoteket_toolkit import read_inputs as inputs

run_tool = lambda input_dir, output_dir: f"<p>{inputs()}</p>"
