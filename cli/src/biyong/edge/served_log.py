"""The record of what an edge served: a folder with a file of JSON lines a minute."""

import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
from contracts.http.served import ServedSegmentIn

WRITTEN_SECONDS = 120.0
"""nginx writes a file in its minute; one that nobody wrote to for two is complete."""
WELL, WELL_SECONDS = "told", 60.0
"""A file that is touched when all is told; longer ago, and players fetch again what
they got."""
LONGEST_READ = 1024 * 1024
"""Bytes of a file read at once: some thousand lines."""
WHOLE = re.compile(r"bytes 0-(\d+)/(\d+)")


@dataclass(frozen=True)
class Piece:
    """Whole lines of a file: what they say was served whole, and where they end."""

    file: Path
    end: int
    served: tuple[ServedSegmentIn, ...]


@dataclass
class ServedLog:
    """The folder's files in their order, each read as far as it was told.

    Whoever begins anew tells again what is still there: that changes nothing.
    """

    folder: Path
    sent: dict[Path, int] = field(default_factory=dict)
    unreadable: int = 0

    def read_pieces(self) -> Iterator[Piece]:
        """What was served and not told yet, the oldest first."""
        for file in sorted(self.folder.glob("*.log")):
            while piece := self._read_piece(file):
                yield piece

    def mark_well(self) -> None:
        """All that was there is told."""
        (self.folder / WELL).touch()

    def is_well(self, now: float | None = None) -> bool:
        """Whether all that was there was told lately."""
        mark = self.folder / WELL
        now = time.time() if now is None else now
        return mark.exists() and now - mark.stat().st_mtime < WELL_SECONDS

    def note_sent(self, piece: Piece) -> None:
        """A piece need not be told again."""
        self.sent[piece.file] = piece.end

    def remove_sent(self, now: float | None = None) -> None:
        """Remove the files that are complete and told to their end."""
        now = time.time() if now is None else now
        for file, end in list(self.sent.items()):
            state = file.stat()
            if state.st_size == end and now - state.st_mtime > WRITTEN_SECONDS:
                file.unlink()
                del self.sent[file]

    def _read_piece(self, file: Path) -> Piece | None:
        """The whole lines behind what was told; a torn one waits for its end."""
        start = self.sent.get(file, 0)
        with file.open("rb") as opened:
            opened.seek(start)
            read = opened.read(LONGEST_READ)
        lines, newline, _ = read.rpartition(b"\n")
        if not newline:
            return None
        served = [self._read_line(line) for line in lines.split(b"\n")]
        whole = tuple(segment for segment in served if segment is not None)
        return Piece(file, start + len(lines) + 1, whole)

    def _read_line(self, line: bytes) -> ServedSegmentIn | None:
        """The segment of a line, or None for a part of one, or for no such line."""
        try:
            fields: dict[str, Any] = json.loads(line)
            if not _is_whole(str(fields.pop("range", ""))):
                return None
            fields["segment"] = int(fields["segment"])  # as its file is called: 00007
            return msgspec.convert(fields, ServedSegmentIn)
        except (ValueError, TypeError, AttributeError, KeyError):
            self.unreadable += 1
            return None


def _is_whole(content_range: str) -> bool:
    """Whether what was sent is all of the file; a range may be all of it too."""
    if not content_range:
        return True
    found = WHOLE.fullmatch(content_range)
    return found is not None and int(found[1]) + 1 == int(found[2])
