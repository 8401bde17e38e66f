def run_tool(input_dir, output_dir):
return "<p>ok</p>"
