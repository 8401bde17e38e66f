def run_tool(input_dir, output_dir)
    return "<p>the colon is missing</p>"
