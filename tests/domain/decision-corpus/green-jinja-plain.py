from jinja2 import Template


def run_tool(input_dir, output_dir):
    return Template("<p>Hello {{ name }}</p>").render(name="world")
