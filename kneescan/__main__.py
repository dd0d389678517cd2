"""``python -m kneescan``: the command where its script is not on the path."""

import os
import sys

# Python puts the current folder first, where a file among the videos could pass for a module. It stays
# only where kneescan itself lies in it, in a checkout.
_home = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120
if sys.path[0] in ("", os.getcwd()) and os.getcwd() != _home:  # noqa: PTH109 (imports too much)
    del sys.path[0]

from kneescan.cli import main  # noqa: E402 (the path comes first)

main()
