from skriptoteket_toolkit import get_action_parts, list_input_files, read_inputs, read_settings
from tool_errors import ToolUserError


def run_tool(input_dir, output_dir):
    action_id, answers, state = get_action_parts()
    if not list_input_files():
        raise ToolUserError("Give it at least one file.")
    return {"outputs": [], "state": {"seen": read_inputs(), "language": read_settings().get("language", "sv")}}
