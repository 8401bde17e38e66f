from pathlib import Path
from lxml import etree


def run_tool(input_dir, output_dir):
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    tree = etree.parse(Path(input_dir) / "export.xml", parser)
    return f"<p>{len(tree.findall('.//item'))} items</p>"
