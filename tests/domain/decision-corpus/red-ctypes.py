import ctypes


def run_tool(input_dir, output_dir):
    libc = ctypes.CDLL(None)
    return str(libc.getpid())
