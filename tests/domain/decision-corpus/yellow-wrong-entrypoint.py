def main(input_dir, output_dir):
    return "<p>never called</p>"
