"""Pages of rosters and of the rows of one."""

import base64
import json
from dataclasses import dataclass
from typing import Generic, TypeVar

from enrollment.domain.chunk_digest import RowFilter
from enrollment.domain.errors import BadCursor
from enrollment.domain.sent_roster import Roster
from enrollment.usecases.ports import Branches, Scope
from enrollment.usecases.roster_ports import Digests, PlacedRow, Rosters

T = TypeVar("T")
NOT_OURS = "翻页标记不对：请从第一页重新开始"


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some items, and the cursor of the next page; empty at the end."""

    items: list[T]
    next: str


def find_rosters(
    branches: Branches,
    rosters: Rosters,
    scope: Scope,
    dry_run: bool | None,
    cursor: str,
    limit: int,
) -> Page[Roster]:
    """The rosters of a scope's branches, newest first.

    Those of a branch that has moved out of it are left out, also while its rosters are
    still on their way into other lists. Raises BadCursor.
    """
    before = _load_cursor(cursor, str) if cursor else ""
    found, more = rosters.find_page(scope.branch, dry_run, before, limit)
    named = branches.find_by_ids(sorted({roster.branch_id for roster in found}))
    lines = {id_: branch.line for id_, branch in named.items()}
    seen = [r for r in found if scope.covers(lines.get(r.branch_id, r.line))]
    return Page(seen, _dump_cursor(more) if more else "")


def find_rows(
    digests: Digests, roster: str, wanted: RowFilter, key: str, cursor: str, limit: int
) -> Page[PlacedRow]:
    """The rows of a roster, or of one chunk of it, in the order that they came in.

    Raises BadCursor.
    """
    place, number = _load_place(cursor) if cursor else ("", 0)
    items: list[PlacedRow] = []
    last: list[object] = []
    for found in digests.find_rows(roster, place, wanted, key):
        if found.place == place and found.row.number <= number:
            continue
        if len(items) == limit:
            return Page(items, _dump_cursor(last))
        items.append(found)
        last = [found.place, found.row.number]
    return Page(items, "")


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
