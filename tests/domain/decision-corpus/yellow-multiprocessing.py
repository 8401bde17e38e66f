from multiprocessing import Pool


def square(number):
    return number * number


def run_tool(input_dir, output_dir):
    with Pool(2) as pool:
        return str(pool.map(square, range(4)))
