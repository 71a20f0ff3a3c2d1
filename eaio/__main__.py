"""``python -m eaio``."""

from eaio.cli.main import run

run()
