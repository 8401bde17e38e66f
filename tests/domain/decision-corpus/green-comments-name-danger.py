# This used eval() and __import__("os") once, and __globals__, and read /etc/passwd; it does no more.
#   os.system("ls")  # noqa
def run_tool(input_dir, output_dir):
    return "<p>harmless</p>"
