"""The sizes in which a picture is made, and its id."""

import hashlib
from dataclasses import dataclass

ID_DIGITS = 32
"""Of the digest, in hex: 128 bits, so that no two pictures ever have one."""


@dataclass(frozen=True)
class PictureSize:
    """Pixels of a size, always 16:9 as lectures are."""

    width: int
    height: int


SIZES = (PictureSize(640, 360), PictureSize(1280, 720))
"""A card in a list on a phone's screen of double density, and the head of a page."""
SMALLEST, LARGEST = SIZES[0], SIZES[-1]


def picture_id(largest: bytes) -> str:
    """The id of a picture, by what was made of it in its largest size."""
    return hashlib.sha256(largest).hexdigest()[:ID_DIGITS]
