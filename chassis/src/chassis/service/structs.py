"""Structs are made ready while there is one thread.

msgspec makes a type ready when it is first used, and lets other threads see it before
the types of its fields are ready, too: whoever decodes by it then ends the process
(0.22.0; `tests/unit/chassis/test_structs.py` does so without this).
"""

from collections.abc import Iterator

import msgspec


def prepare_structs() -> None:
    """Make every struct ready that was declared so far."""
    for struct in _find_structs(msgspec.Struct):
        if not getattr(struct, "__parameters__", ()):
            msgspec.json.Decoder(struct)


def _find_structs(base: type[msgspec.Struct]) -> Iterator[type[msgspec.Struct]]:
    for struct in base.__subclasses__():
        yield struct
        yield from _find_structs(struct)
