import logging
import sys
import traceback

logging.basicConfig(stream=sys.stderr, level=logging.INFO)
log = logging.getLogger(__name__)


def run_tool(input_dir, output_dir):
    try:
        log.info("starting in %s", input_dir)
    except ValueError:
        traceback.print_exc()
        sys.exit(1)
    return "<p>ok</p>"
