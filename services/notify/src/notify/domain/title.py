"""What a class is called, as catalog said it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Title:
    """A class's title."""

    id: str
    title: str
