"""Runs one tool's script and reports what came of it. See README.md of runner-image for the protocol."""
