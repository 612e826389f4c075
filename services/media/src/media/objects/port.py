"""What services need of an object store."""

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from chassis.content import Content
from chassis.errors import Unavailable

LONGEST_KEY, LONGEST_NAME = 1000, 200
"""Bytes of a whole key and of one name in it; a file system takes 255 a name."""


class NoObject(LookupError):
    """No object has this key, or no put in parts this ticket."""


class BadKey(ValueError):
    """This can be no key of an object."""


class ObjectsUnavailable(Unavailable):
    """The object store does not answer, or has no room. Ask again later."""


def check_key(key: str) -> str:
    """The key, if every store can hold it. Raises BadKey.

    Names are parted by `/`; none is empty, begins with a dot, or holds a control
    character.
    """
    names = key.split("/")
    for name in names:
        if not name or name.startswith(".") or not name.isprintable() or "\\" in name:
            raise BadKey(f"'{key}' cannot be a key: the name '{name}'")
        if len(name.encode()) > LONGEST_NAME:
            raise BadKey(f"a name of '{key[:40]}…' is over {LONGEST_NAME} bytes")
    if len(key.encode()) > LONGEST_KEY:
        raise BadKey(f"'{key[:40]}…' is over {LONGEST_KEY} bytes")
    return key


class Objects(Protocol):
    """Named bytes. A put is whole or not at all, and replaces what was there.

    Every method raises BadKey for what can be no key, and ObjectsUnavailable.
    """

    name: str

    def prepare(self) -> None:
        """Make the folder or bucket if it is not there."""

    def put(self, key: str, content: bytes) -> None:
        """Keep these bytes."""

    def put_file(self, key: str, path: Path) -> None:
        """Keep a file's bytes; the file may be moved away."""

    def get(self, key: str) -> bytes:
        """All bytes. Raises NoObject."""

    def fetch_file(self, key: str, path: Path) -> None:
        """Write all bytes to a file. Raises NoObject."""

    def get_size(self, key: str) -> int:
        """How many bytes. Raises NoObject."""

    def read_range(self, key: str, start: int, length: int) -> Iterator[bytes]:
        """Some bytes, in pieces; fewer where the object ends. Raises NoObject.

        The first byte must lie within the object.
        """

    def every_key(self) -> Iterator[str]:
        """The key of every object, in the order of their bytes."""

    def remove(self, key: str) -> None:
        """Forget this object; with `/` at its end, all below. None need be there."""

    def begin_upload(self, key: str, part_size: int) -> str:
        """Open a put in parts of this size (the last may be smaller): its ticket."""

    def put_part(self, key: str, ticket: str, number: int, content: Content) -> None:
        """Keep part 1, 2, …; again replaces it. Of two at once one is kept whole.

        The content can go back to its beginning. Raises NoObject for the ticket, and
        EndsEarly: the part is then not kept.
        """

    def part_address(
        self, key: str, ticket: str, number: int, seconds: int
    ) -> str | None:
        """Where a client may PUT the part itself so long, or None: not here."""

    def find_parts(self, key: str, ticket: str) -> dict[int, int]:
        """The size of each part that is kept. Raises NoObject for the ticket."""

    def complete_upload(self, key: str, ticket: str) -> None:
        """The parts that are kept, in order, are the object from now on.

        Raises NoObject for the ticket; one that is completed is forgotten.
        """

    def abort_upload(self, key: str, ticket: str) -> None:
        """Forget the put and its parts. It need not be there."""

    def is_away(self) -> str | None:
        """Why it cannot be used now, or None."""

    def get_free_bytes(self) -> int | None:
        """How many bytes it can still take, or None where it does not say."""
