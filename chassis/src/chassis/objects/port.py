"""What services need of an object store."""

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol


class NoObject(LookupError):
    """No object has this key."""


class Objects(Protocol):
    """Named bytes. A put is whole or not at all, and replaces what was there."""

    name: str

    def put(self, key: str, content: bytes) -> None:
        """Keep these bytes."""

    def put_file(self, key: str, path: Path) -> None:
        """Keep a file's bytes; the file may be moved away."""

    def get(self, key: str) -> bytes:
        """All bytes. Raises NoObject."""

    def size(self, key: str) -> int:
        """How many bytes. Raises NoObject."""

    def read(self, key: str, start: int, length: int) -> Iterator[bytes]:
        """Some bytes, in pieces. Raises NoObject."""

    def remove(self, prefix: str) -> None:
        """Forget every object whose key starts so."""

    def is_away(self) -> str | None:
        """Why it cannot be used now, or None."""
