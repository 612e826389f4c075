"""Classes and units as rosters name them: by id in any case, or by title."""

import difflib
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from fields import Illegal
from fields.codes import plain_code
from fields.texts import plain_text

from gateway.roster_files.cell_faults import CellFault, locate_fault
from gateway.roster_files.roster_file import RosterFile

MOST_NEAR, LEAST_ALIKE = 3, 0.5
"""Titles that are offered for one that is unknown, and how alike they must be."""


@dataclass(frozen=True)
class NamedClass:
    """A class, or a unit, as people call it."""

    id: str
    title: str


@dataclass(frozen=True)
class NameMatch:
    """What a name in a roster means: an id, or a fault and what may be meant.

    `fault` is class-unknown or class-ambiguous.
    """

    id: str = ""
    fault: str = ""
    near: tuple[NamedClass, ...] = ()


def resolve_classes(
    names: Iterable[str], classes: Sequence[NamedClass]
) -> dict[str, NameMatch]:
    """What each name means among these classes. An id goes before a title."""
    by_id = {named.id.lower(): named for named in classes}
    by_title: dict[str, list[NamedClass]] = {}
    for named in classes:
        by_title.setdefault(plain_text(named.title), []).append(named)
    return {name: _match_name(name, by_id, by_title) for name in set(names)}


def with_class_ids(
    roster: RosterFile, classes: Sequence[NamedClass]
) -> tuple[RosterFile, tuple[CellFault, ...]]:
    """The roster with classes by their ids, and the faults of those unknown.

    A row with a fault stays as it was written, to be mended in its place. The id of
    the roster is another if its rows are: titles may mean other classes tomorrow.
    """
    matches = resolve_classes(
        (row["class_id"] for row in roster.rows if row["class_id"]), classes
    )
    faults = tuple(
        locate_fault(
            roster, row["row"], "class_id", match.fault, _titles_of(match.near)
        )
        for row in roster.rows
        if (match := matches.get(row["class_id"])) is not None and match.fault
    )
    ids = {name: match.id for name, match in matches.items() if match.id}
    return _with_ids(roster, "class_id", ids), faults


def with_branch_ids(
    roster: RosterFile, branches: Sequence[NamedClass]
) -> tuple[RosterFile, tuple[str, ...]]:
    """The roster with the units that rows name in words by their ids, as far as one
    unit has that name; and the names that no unit has, which are not sent."""
    matches = resolve_classes(roster.branch_names.values(), branches)
    rows = tuple(
        row | {"branch_id": matches[name].id}
        if (name := roster.branch_names.get(row["row"]))
        and matches[name].id
        and not row.get("branch_id")
        else row
        for row in roster.rows
    )
    unknown = sorted(name for name, match in matches.items() if not match.id)
    resolved = {name: match.id for name, match in matches.items() if match.id}
    return replace(roster, id=_mixed_id(roster.id, resolved), rows=rows), tuple(unknown)


def _match_name(
    name: str,
    by_id: Mapping[str, NamedClass],
    by_title: Mapping[str, Sequence[NamedClass]],
) -> NameMatch:
    try:
        found = by_id.get(plain_code(name))
    except Illegal:
        found = None
    if found:
        return NameMatch(found.id)
    titled = by_title.get(plain_text(name), ())
    if len(titled) == 1:
        return NameMatch(titled[0].id)
    if titled:
        return NameMatch(fault="class-ambiguous", near=tuple(titled))
    return NameMatch(fault="class-unknown", near=_find_near(name, by_title))


def _find_near(
    name: str, by_title: Mapping[str, Sequence[NamedClass]]
) -> tuple[NamedClass, ...]:
    """Classes whose title holds the name or is much like it, the likest first."""
    plain = plain_text(name)
    holding = [title for title in by_title if plain and plain in title]
    alike = difflib.get_close_matches(plain, by_title, MOST_NEAR, LEAST_ALIKE)
    titles = dict.fromkeys([*holding, *alike])
    return tuple(named for title in titles for named in by_title[title])[:MOST_NEAR]


def _titles_of(near: Iterable[NamedClass]) -> tuple[str, ...]:
    return tuple(f"{named.title}（{named.id}）" for named in near)


def _with_ids(roster: RosterFile, field: str, ids: Mapping[str, str]) -> RosterFile:
    changed = {name: id_ for name, id_ in ids.items() if name != id_}
    if not changed:
        return roster
    rows = tuple(
        row | {field: changed[row[field]]} if row[field] in changed else row
        for row in roster.rows
    )
    return replace(roster, id=_mixed_id(roster.id, changed), rows=rows)


def _mixed_id(id_: str, resolved: Mapping[str, str]) -> str:
    """The id of a roster whose words mean this; the same where nothing was resolved."""
    if not resolved:
        return id_
    said = repr((id_, sorted(resolved.items()))).encode()
    return hashlib.sha256(said).hexdigest()[: len(id_)]
