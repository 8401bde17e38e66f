"""Ends without a result, in some ways."""

import sys

from skriptoteket_toolkit import read_inputs
from tool_errors import ToolUserError


class MissingColumn(ToolUserError):
    """As authors write them, with no thought of our __init__."""

    def __init__(self, column):
        self.column = column
        super().__init__(f"Kolumnen {column} saknas.")


def run_tool(input_dir, output_dir):
    how = read_inputs()["how"]
    secret = "hemligt-4711"
    match how:
        case "user error":
            raise MissingColumn("namn")
        case "crash":
            raise KeyError(secret)
        case "exit":
            sys.exit("slut")
        case "none":
            return None
        case "missing module":
            import no_such_module_here

            return no_such_module_here.x
