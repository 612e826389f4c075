"""Bytes that pass through a process in pieces and are never held whole."""

import os
from collections.abc import Iterator
from io import BytesIO
from typing import IO

from chassis.errors import OwnFault

PIECE = 256 * 1024


class EndsEarly(OwnFault, ValueError):
    """Content that has fewer bytes than were promised."""


class Content:
    """So many bytes of a file, from where it stands. A client of HTTP takes it as body.

    Reading raises EndsEarly where the file has fewer; what it has more stays unread.
    """

    def __init__(self, file: IO[bytes], size: int) -> None:
        self.file, self.size, self.left = file, size, size

    @classmethod
    def of(cls, content: bytes) -> "Content":
        """Bytes that are there already."""
        return cls(BytesIO(content), len(content))

    def read(self, most: int = -1) -> bytes:
        """The next bytes, at most so many; none at the end. Raises EndsEarly."""
        wanted = self.left if most < 0 else min(most, self.left)
        piece = self.file.read(wanted)
        if wanted and not piece:
            read = self.size - self.left
            raise EndsEarly(f"only {read} of {self.size} bytes came")
        self.left -= len(piece)
        return piece

    def __iter__(self) -> Iterator[bytes]:
        """All that is left, in pieces. Raises EndsEarly."""
        while self.left:
            yield self.read(PIECE)

    def tell(self) -> int:
        """How many bytes are read."""
        return self.size - self.left

    def seek(self, place: int) -> int:
        """Go back for another try; OSError where the file cannot and would have to."""
        if place != self.tell():
            self.file.seek(place - self.tell(), os.SEEK_CUR)
            self.left = self.size - place
        return place
