def run_tool(input_dir, output_dir):
    total = 0
    for text in ["1", "x", "3"]:
        try:
            total += int(text)
        except Exception:
            pass
    return str(total)
