"""Threads and other programs."""

import shutil
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor

from skriptoteket_toolkit import read_inputs

seen = []


def run_tool(input_dir, output_dir):
    what = read_inputs()["what"]
    if what == "threads":
        threads = [threading.Thread(target=seen.append, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with ThreadPoolExecutor(max_workers=2) as pool:
            return f"{sorted(seen)} {list(pool.map(abs, (-1, -2)))}"
    if what == "programs":
        text = subprocess.run(
            ["pandoc", "-f", "markdown", "-t", "html"], input="*a*", capture_output=True, text=True, check=True
        ).stdout
        return f"{text.strip()} {shutil.which('pandoc') is not None}"
    try:
        return subprocess.check_output(["no-such-program"], text=True)
    except FileNotFoundError:
        return "went without"
