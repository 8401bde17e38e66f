import os


def run_tool(input_dir, output_dir):
    run = getattr(os, "sys" + "tem")
    exec("run('id')")
    return "<p>ok</p>"
