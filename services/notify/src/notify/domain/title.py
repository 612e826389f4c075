"""Title of a class, as catalog published it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Title:
    """A class's title."""

    id: str
    title: str
