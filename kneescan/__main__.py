"""``python -m kneescan``: the command where its script is not on the path."""

from kneescan.cli import main

main()
