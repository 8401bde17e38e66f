def run_tool(input_dir, output_dir):
    password_hint = "at least 12 characters"
    password = ""
    return f"<p>{password_hint}{password}</p>"
