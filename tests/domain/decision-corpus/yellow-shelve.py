import shelve


def run_tool(input_dir, output_dir):
    with shelve.open(f"{output_dir}/store") as store:
        store["a"] = 1
    return "<p>kept</p>"
