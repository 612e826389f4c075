"""Pages of rosters and of the rows of one."""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from enrollment.domain.chunk_digest import BETWEEN_ROWS, DigestRow, RowFilter
from enrollment.domain.errors import BadCursor
from enrollment.domain.sent_roster import Roster
from enrollment.usecases.roster_ports import Digests, Rosters, StoredDigest

T = TypeVar("T")
NOT_OURS = "翻页标记不对：请从第一页重新开始"
AT_ONCE = 10
"""Digests read at once: 2,000 rows, of which a page mostly takes the first hundred."""
SEARCHED_AT_ONCE = 100
"""The same for a filter, which passes most of them over: few reads for many chunks."""


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some items, and the cursor of the next page; empty at the end."""

    items: list[T]
    next: str


@dataclass(frozen=True)
class ShownRow:
    """A row of a roster, and the key of the chunk that it came in."""

    key: str
    row: DigestRow


def find_rosters(
    rosters: Rosters, branch: str | None, dry_run: bool | None, cursor: str, limit: int
) -> Page[Roster]:
    """The rosters of a branch and those below it, of all for None, newest first.

    Raises BadCursor.
    """
    before = _load_cursor(cursor, str) if cursor else ""
    found, more = rosters.find_page(branch, dry_run, before, limit)
    return Page(found, _dump_cursor(more) if more else "")


def find_rows(
    digests: Digests, roster: str, wanted: RowFilter, key: str, cursor: str, limit: int
) -> Page[ShownRow]:
    """The rows of a roster, or of one chunk of it, in the order that they came in.

    Raises BadCursor.
    """
    place, number = _load_place(cursor) if cursor else ("", 0)
    items: list[ShownRow] = []
    last: list[object] = []
    for digest, row in _find_matching(digests, roster, wanted, key, place):
        if digest.place == place and row.number <= number:
            continue
        if len(items) == limit:
            return Page(items, _dump_cursor(last))
        items.append(ShownRow(digest.key, row))
        last = [digest.place, row.number]
    return Page(items, "")


def _find_matching(
    digests: Digests, roster: str, wanted: RowFilter, key: str, place: str
) -> Iterator[tuple[StoredDigest, DigestRow]]:
    """The rows that are wanted, from a place on, read as they are used."""
    at_once = SEARCHED_AT_ONCE if wanted.passes_over else AT_ONCE
    while True:
        found = digests.find_page(roster, place, at_once, key)
        for digest in found:
            if wanted.can_match(digest.tally) and wanted.is_found_in(digest.words):
                texts = digest.words.split(BETWEEN_ROWS)
                for row, text in zip(digest.load_rows(), texts, strict=True):
                    if wanted.can_show(row, text):
                        yield digest, row
        if len(found) < at_once:
            return
        place = f"{found[-1].place} "  # no key has a blank, so this is right behind it


def _load_place(cursor: str) -> tuple[str, int]:
    match _load_cursor(cursor, list):
        case [str(place), int(number)]:
            return str(place), int(number)
    raise BadCursor(NOT_OURS)


def _dump_cursor(position: object) -> str:
    """A position as text that means nothing to others."""
    text = json.dumps(position)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _load_cursor(text: str, kind: type[T]) -> T:
    """A position that was given out. Raises BadCursor."""
    try:
        raw = base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
        position = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise BadCursor(NOT_OURS) from error
    if not isinstance(position, kind):
        raise BadCursor(NOT_OURS)
    return position
