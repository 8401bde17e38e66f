def run_tool(input_dir, output_dir):
    eval("1")
    return __import__("o" + "s").system("id")
