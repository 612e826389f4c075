"""/areas and /projects: the course system."""

from chassis.http.auth import current_caller, require_roles
from chassis.http.editing import Edit
from chassis.http.routing import Routes, get, put
from contracts.http.catalog import AreaIn, AreaOut, ProjectIn, ProjectOut, ProjectsQuery

from catalog.api import dumps
from catalog.api.editing import show_change, stamp_now
from catalog.api.inputs import to_area, to_project
from catalog.domain.outline import Area, Project
from catalog.usecases.find_projects import find_projects
from catalog.usecases.ports import Courses, Now, Outline
from catalog.usecases.put_area import put_area, put_project

READERS = ("visitor", "trainee", "officer", "staff", "operator")


class OutlineRoutes(Routes):
    """Routes for the course system."""

    name = "outline"

    def __init__(self, outline: Outline, courses: Courses, now: Now) -> None:
        self.outline, self.courses, self.now = outline, courses, now

    @get("/areas")
    @require_roles(*READERS)
    def list_areas(self) -> list[AreaOut]:
        """All areas with their modules, in their places."""
        counts, is_staff = self.courses.count_by_module(), _is_staff()
        areas = self.outline.find_areas()
        return [dumps.dump_area(area, counts, is_staff=is_staff) for area in areas]

    @put("/areas/<code>")
    @require_roles("staff")
    def replace_area(self, code: str, asked: AreaIn, edit: Edit) -> AreaOut:
        """An area is written as a whole."""
        area, stamp = to_area(code, asked), stamp_now(self.now)
        return show_change(
            lambda: put_area(self.outline, area, stamp, edit.version), self._dump_area
        )

    @get("/projects")
    @require_roles(*READERS)
    def list_projects(self, asked: ProjectsQuery) -> list[ProjectOut]:
        """The projects that fit the words, in their places."""
        found, is_staff = find_projects(self.outline, asked.q), _is_staff()
        return [dumps.dump_project(project, is_staff=is_staff) for project in found]

    @put("/projects/<code>")
    @require_roles("staff")
    def replace_project(self, code: str, asked: ProjectIn, edit: Edit) -> ProjectOut:
        """A project is written as a whole."""
        project, stamp = to_project(code, asked), stamp_now(self.now)
        return show_change(
            lambda: put_project(self.outline, project, stamp, edit.version),
            _dump_project,
        )

    def _dump_area(self, area: Area) -> AreaOut:
        return dumps.dump_area(area, self.courses.count_by_module(), is_staff=True)


def _dump_project(project: Project) -> ProjectOut:
    return dumps.dump_project(project, is_staff=True)


def _is_staff() -> bool:
    return current_caller().has_role("staff")
