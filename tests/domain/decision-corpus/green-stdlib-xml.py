import xml.etree.ElementTree as ElementTree
from pathlib import Path


def run_tool(input_dir, output_dir):
    root = ElementTree.parse(Path(input_dir) / "feed.xml").getroot()
    return "<br>".join(node.text or "" for node in root.iter("title"))
