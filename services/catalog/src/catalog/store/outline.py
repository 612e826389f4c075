"""The outline port over MongoEngine."""

from chassis.storage.aggregates import Aggregates, AlreadyExists

from catalog.domain.outline import Area, Project


class StoredOutline:
    """Areas and projects."""

    def __init__(self, areas: Aggregates[Area], projects: Aggregates[Project]) -> None:
        self.area_rows, self.project_rows = areas, projects

    def put_area(self, area: Area) -> None:
        """Put or replace an area."""
        try:
            self.area_rows.add(area.code, area)
        except AlreadyExists:
            self.area_rows.change(area.code, lambda _: (area, ()))

    def put_project(self, project: Project) -> None:
        """Put or replace a project."""
        try:
            self.project_rows.add(project.code, project)
        except AlreadyExists:
            self.project_rows.change(project.code, lambda _: (project, ()))

    def find_areas(self) -> list[Area]:
        """All areas in order."""
        return sorted(self.area_rows.find({}), key=lambda area: area.place)

    def find_projects(self) -> list[Project]:
        """All projects in order."""
        return sorted(self.project_rows.find({}), key=lambda project: project.place)
