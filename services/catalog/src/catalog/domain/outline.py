"""The course system: areas hold modules, projects stand beside them."""

from dataclasses import dataclass, replace
from typing import TypeVar

from catalog.domain.comparison import differing_fields
from catalog.domain.errors import EditConflict
from catalog.domain.stamp import UNSTAMPED, Stamp


@dataclass(frozen=True)
class Module:
    """A module of an area, with the topics it covers."""

    code: str
    name: str
    topics: tuple[str, ...]


@dataclass(frozen=True)
class Area:
    """An area of quality. `place` orders the areas.

    `revision` rises with every edit, `edited` is the last one.
    """

    code: str
    name: str
    place: int
    modules: tuple[Module, ...]
    revision: int = 1
    edited: Stamp = UNSTAMPED


@dataclass(frozen=True)
class Project:
    """A training project. `place` orders the projects.

    `revision` rises with every edit, `edited` is the last one.
    """

    code: str
    name: str
    place: int
    form: str
    summary: str
    revision: int = 1
    edited: Stamp = UNSTAMPED


Part = TypeVar("Part", Area, Project)


def edit_part(
    known: Part | None, wanted: Part, stamp: Stamp, seen: int | None
) -> Part | None:
    """An area or project as it is wanted, over the one that is known if there is one.

    None where it says just that already. `seen` is the revision that its editor saw, 0
    for none, None for whoever takes it as it is. Raises EditConflict.
    """
    revision = known.revision if known else 0
    before = known and replace(wanted, revision=revision, edited=known.edited)
    if known and before == known:
        return None
    if seen not in (None, revision):
        edited = known.edited if known else UNSTAMPED
        differing = differing_fields(known, before) if known else ()
        raise EditConflict(known, revision, edited, differing)
    return replace(wanted, revision=revision + 1, edited=stamp)
