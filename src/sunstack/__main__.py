"""Runs the command line as `python -m sunstack`."""

from sunstack.cli import main

main()
