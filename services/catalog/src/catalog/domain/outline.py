"""The course system: areas hold modules, projects stand beside them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Module:
    """A module of an area, with the topics it covers."""

    code: str
    name: str
    topics: tuple[str, ...]


@dataclass(frozen=True)
class Area:
    """An area of quality. `place` orders the areas."""

    code: str
    name: str
    place: int
    modules: tuple[Module, ...]


@dataclass(frozen=True)
class Project:
    """A training project. `place` orders the projects."""

    code: str
    name: str
    place: int
    form: str
    summary: str
