"""Who wrote something, and when."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Stamp:
    """The account that wrote, by its id, and the moment in UTC as ISO 8601 has it.

    Both are empty on what was written before such stamps were.
    """

    by: str = ""
    at: str = ""


UNSTAMPED = Stamp()
