"""The player's modules, under addresses that change with what is in them.

A browser keeps each for an hour: under plain names it would run some of the modules of
before an upgrade with some of those after it.
"""

import functools
import hashlib
from importlib.resources import files

ENTRY = "page.js"
VERSION_CHARS = 12
"""Of the digest: enough to tell one upgrade from another."""


@functools.cache
def player_modules() -> tuple[str, ...]:
    """The addresses of all modules, the one that a page begins with first.

    They name each other by relative paths, so all are of one version.
    """
    folder = files("gateway").joinpath("static", "player")
    modules = sorted(
        (file for file in folder.iterdir() if file.name.endswith(".js")),
        key=lambda file: (file.name != ENTRY, file.name),
    )
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in modules)).hexdigest()
    version = digest[:VERSION_CHARS]
    return tuple(f"/static/player/{version}/{file.name}" for file in modules)
