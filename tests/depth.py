"""How often generators of cases are asked: enough for a change, many in depth."""

import os

IS_DEEP = bool(os.environ.get("BIYONG_DEEP"))
"""What `make test-deep` sets."""


def rounds(usual: int, deep: int) -> int:
    """So many, or so many in depth."""
    return deep if IS_DEEP else usual
