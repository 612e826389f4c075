"""What of a roster has its receipt, beside the roster: a push that was cut goes on."""

import contextlib
import os
from pathlib import Path

import msgspec

from biyong.carrier import Outcome

VERSION = 1
"""Of the file. One of another version counts for nothing, as no file would."""


class _Written(msgspec.Struct):
    """The file as it lies there; no name and no number of a person is in it."""

    version: int
    target: str
    roster_id: str
    done: dict[str, list[Outcome]]


class PushJournal:
    """The chunks of one roster that are done, by key, with the outcomes of their rows.

    It belongs to one roster and one target (the platform and the branch). Without a
    path it is forgotten with the process.
    """

    def __init__(
        self, path: Path | None = None, target: str = "", roster_id: str = ""
    ) -> None:
        self.path, self.target, self.roster_id = path, target, roster_id
        self.done: dict[str, list[Outcome]] = {}
        if path is not None:
            self.done = self._read(path)

    def _read(self, path: Path) -> dict[str, list[Outcome]]:
        """What is done; nothing where it is of something else or cannot be read, since
        sending again only takes time."""
        try:
            written = msgspec.json.decode(path.read_bytes(), type=_Written)
        except (OSError, msgspec.DecodeError):
            return {}
        of = (written.version, written.target, written.roster_id)
        return written.done if of == (VERSION, self.target, self.roster_id) else {}

    def note(self, key: str, outcomes: list[Outcome]) -> None:
        """A chunk is done; from now on also for who comes after a cut. Raises OSError.

        All of it is written anew: the largest roster (50,000 rows) has 250 chunks and
        some 5 MB of outcomes, so that is a second or two of a push of minutes.
        """
        self.done[key] = outcomes
        if self.path is not None:
            written = _Written(VERSION, self.target, self.roster_id, self.done)
            replace_file(self.path, msgspec.json.encode(written))

    def forget_all(self) -> None:
        """Begin anew. Raises OSError."""
        self.done = {}
        if self.path is not None:
            self.path.unlink(missing_ok=True)


def replace_file(path: Path, content: bytes) -> None:
    """Write a file that is there as a whole or as it was before. Raises OSError."""
    beside = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        beside.write_bytes(content)
        beside.replace(path)
    finally:
        with contextlib.suppress(FileNotFoundError):
            beside.unlink()
