"""Puts our modules on the path, as the image does. Imported first by every test."""

import pathlib
import sys

RUNNER_IMAGE = pathlib.Path(__file__).resolve().parent.parent

sys.dont_write_bytecode = True
sys.path.insert(0, str(RUNNER_IMAGE / "python"))
