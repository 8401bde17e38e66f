def run_tool(input_dir, output_dir):
    code = compile("1 + 1", "<formula>", "eval")
    return str(code.co_consts)
