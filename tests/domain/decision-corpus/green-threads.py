from concurrent.futures import ThreadPoolExecutor
import time


def work(number):
    time.sleep(0.01)
    return number * number


def run_tool(input_dir, output_dir):
    with ThreadPoolExecutor(max_workers=4) as pool:
        return str(sum(pool.map(work, range(10))))
