"""The outline port over MongoEngine."""

from collections.abc import Callable
from typing import TypeVar

from chassis.storage.aggregates import Aggregates, AlreadyExists, NotFound

from catalog.domain.outline import Area, Project

T = TypeVar("T", Area, Project)


class StoredOutline:
    """Areas and projects."""

    def __init__(self, areas: Aggregates[Area], projects: Aggregates[Project]) -> None:
        self.area_rows, self.project_rows = areas, projects

    def put_area(self, code: str, decide: Callable[[Area | None], Area | None]) -> Area:
        """Read an area, decide, write under the version that was read."""
        return _put(self.area_rows, code, decide)

    def put_project(
        self, code: str, decide: Callable[[Project | None], Project | None]
    ) -> Project:
        """The same for a project."""
        return _put(self.project_rows, code, decide)

    def find_areas(self) -> list[Area]:
        """All areas in order."""
        return sorted(self.area_rows.find({}), key=lambda area: area.place)

    def find_projects(self) -> list[Project]:
        """All projects in order."""
        return sorted(self.project_rows.find({}), key=lambda project: project.place)


def _put(rows: Aggregates[T], code: str, decide: Callable[[T | None], T | None]) -> T:
    """What a decision makes of what has this code, or of nothing."""

    def decide_on_known(known: T) -> tuple[T, tuple[object, ...]] | None:
        decided = decide(known)
        return None if decided is None else (decided, ())

    try:
        return rows.change(code, decide_on_known)
    except NotFound:
        new = decide(None)
        if new is None:
            raise
    try:
        rows.add(code, new)
    except AlreadyExists:
        return rows.change(code, decide_on_known)
    return new
