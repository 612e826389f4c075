"""Compiled modules, kept for the next run where nobody else keeps them.

Each stream, and each process of each platform that a test starts, imports two thousand
modules. To compile them every time is half of what the quick tests cost.
"""

import os
import sys
from pathlib import Path


def keep_bytecode() -> None:
    """Where this environment writes no bytecode, have it written beside the libraries:
    the sources stay as clean as they are wanted to be."""
    if sys.dont_write_bytecode:
        sys.dont_write_bytecode = False
        sys.pycache_prefix = str(Path(sys.prefix) / "bytecode")
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix
