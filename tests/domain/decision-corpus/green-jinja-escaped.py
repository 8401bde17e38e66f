from pathlib import Path
from jinja2 import Environment

TEMPLATE = "<ul>{% for name in names %}<li>{{ name }}</li>{% endfor %}</ul>"


def run_tool(input_dir, output_dir):
    names = Path(input_dir, "names.txt").read_text(encoding="utf-8").splitlines()
    return Environment(autoescape=True).from_string(TEMPLATE).render(names=names)
