class Formats:
    def upper(self, text):
        return text.upper()


def run_tool(input_dir, output_dir):
    return getattr(Formats(), "upper")("a") + str(vars(Formats()))
