"""What a lecture file was made into."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Made:
    """The renditions that a file became, all of so many seconds."""

    renditions: tuple[str, ...]
    seconds: float
