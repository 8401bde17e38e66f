def run_tool(input_dir, output_dir):
    with open("/etc/passwd") as source:
        return source.read()
