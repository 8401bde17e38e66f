import re

PHONE = re.compile(r"\+?\d[\d /-]{6,}")
MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")


def run_tool(input_dir, output_dir):
    text = "call 040-123 456 or write to a@example.org"
    return f"<p>{PHONE.findall(text)} {MAIL.findall(text)}</p>"
