"""The client of the catalogue: courses, drafts, classes, the outline."""

from dataclasses import dataclass

from contracts.http.catalog import (
    AreaOut,
    CancellationIn,
    ClassEditIn,
    ClassesQuery,
    ClassIn,
    ClassOut,
    CourseOut,
    CoursesQuery,
    ProjectOut,
    ProjectsQuery,
)
from contracts.http.drafts import (
    ComparisonOut,
    ComparisonQuery,
    CourseIn,
    DraftOut,
    DraftsOut,
    DraftsQuery,
    EditionLine,
    EditionOut,
    EditionsQuery,
    PublishabilityOut,
)
from contracts.http.shape import Page

from gateway.clients.caller import ServiceCaller


@dataclass(frozen=True)
class CatalogClient:
    """Questions to the catalogue."""

    ask: ServiceCaller

    def list_areas(self) -> list[AreaOut]:
        """All areas with their modules, in their places."""
        return self.ask.get(list[AreaOut], "areas")

    def list_projects(self, asked: ProjectsQuery | None = None) -> list[ProjectOut]:
        """The projects that fit the words, in their places."""
        return self.ask.get(list[ProjectOut], "projects", query=asked)

    def list_courses(self, asked: CoursesQuery) -> Page[CourseOut]:
        """Published courses that fit the words, or those of the ids."""
        return self.ask.get(Page[CourseOut], "courses", query=asked)

    def show_course(self, course_id: str) -> CourseOut:
        """A course's published edition. Raises Problem 404."""
        return self.ask.get(CourseOut, "courses", course_id)

    def find_courses(self, course_ids: list[str]) -> dict[str, CourseOut]:
        """The courses of these ids that the visitor may see, by id."""
        if not course_ids:
            return {}
        page = self.list_courses(CoursesQuery(ids=course_ids))
        return {found.id: found for found in page.items}

    def list_classes(self, asked: ClassesQuery) -> Page[ClassOut]:
        """Classes of a state, or that run or come, the nearest first; or by ids."""
        return self.ask.get(Page[ClassOut], "classes", query=asked)

    def find_classes(self, class_ids: list[str]) -> dict[str, ClassOut]:
        """The classes of these ids that there are, by id."""
        if not class_ids:
            return {}
        page = self.list_classes(ClassesQuery(ids=class_ids))
        return {found.id: found for found in page.items}

    def show_class(self, class_id: str) -> ClassOut:
        """A class as it stands today. Raises Problem 404."""
        return self.ask.get(ClassOut, "classes", class_id)

    def post_class(self, asked: ClassIn, key: str = "") -> ClassOut:
        """A class is opened; the same key again opens no second one."""
        return self.ask.send("POST", ClassOut, "classes", body=asked, key=key)

    def replace_class(
        self, class_id: str, asked: ClassEditIn, version: int
    ) -> ClassOut:
        """A class gets other particulars. Raises Problem 412 for another version."""
        path = ("classes", class_id)
        return self.ask.send("PUT", ClassOut, *path, body=asked, version=version)

    def close_class(self, class_id: str) -> ClassOut:
        """A class takes nobody any more; a closed one stays. Raises Problem 404."""
        return self.ask.send("POST", ClassOut, "classes", class_id, "closing")

    def cancel_class(self, class_id: str, asked: CancellationIn) -> ClassOut:
        """A class does not take place. Raises Problem 404, 409 once it is over."""
        path = ("classes", class_id, "cancellation")
        return self.ask.send("POST", ClassOut, *path, body=asked)

    def reopen_class(self, class_id: str) -> ClassOut:
        """A closed or cancelled class takes people again. Raises Problem 404, 409 where
        that cannot be undone, 503 while nobody knows."""
        return self.ask.send("POST", ClassOut, "classes", class_id, "reopening")

    def list_drafts(self, asked: DraftsQuery) -> DraftsOut:
        """Courses as staff edit them, and how many there are in each state."""
        return self.ask.get(DraftsOut, "drafts", query=asked)

    def show_draft(self, course_id: str) -> DraftOut:
        """A course as staff edit it. Raises Problem 404."""
        return self.ask.get(DraftOut, "drafts", course_id)

    def post_course(self, asked: CourseIn, key: str = "") -> DraftOut:
        """A course is begun; the same key again begins no second one."""
        return self.ask.send("POST", DraftOut, "courses", body=asked, key=key)

    def replace_course(self, course_id: str, asked: CourseIn, version: int) -> DraftOut:
        """A draft is written as a whole. Raises Problem 412 for another version."""
        path = ("courses", course_id)
        return self.ask.send("PUT", DraftOut, *path, body=asked, version=version)

    def show_publishability(self, course_id: str) -> PublishabilityOut:
        """Whether a draft can be published, and all that it lacks."""
        path = ("courses", course_id, "publishability")
        return self.ask.get(PublishabilityOut, *path)

    def post_publication(self, course_id: str, version: int) -> DraftOut:
        """The draft of this version becomes the next edition."""
        path = ("courses", course_id, "publication")
        return self.ask.send("POST", DraftOut, *path, version=version)

    def post_archival(self, course_id: str, version: int) -> DraftOut:
        """A course is closed to new classes and leaves the lists."""
        path = ("courses", course_id, "archival")
        return self.ask.send("POST", DraftOut, *path, version=version)

    def delete_archival(self, course_id: str, version: int) -> DraftOut:
        """An archived course comes back as it was."""
        path = ("courses", course_id, "archival")
        return self.ask.send("DELETE", DraftOut, *path, version=version)

    def list_editions(self, course_id: str, asked: EditionsQuery) -> Page[EditionLine]:
        """The editions of a course, the last one first."""
        path = ("courses", course_id, "editions")
        return self.ask.get(Page[EditionLine], *path, query=asked)

    def show_edition(self, course_id: str, number: int) -> EditionOut:
        """An edition with all that it says. Raises Problem 404."""
        path = ("courses", course_id, "editions", str(number))
        return self.ask.get(EditionOut, *path)

    def show_comparison(self, course_id: str, asked: ComparisonQuery) -> ComparisonOut:
        """What one edition, or the draft, says otherwise than another."""
        path = ("courses", course_id, "comparison")
        return self.ask.get(ComparisonOut, *path, query=asked)

    def post_restoration(self, course_id: str, number: int, version: int) -> DraftOut:
        """The draft says again what an edition said."""
        path = ("courses", course_id, "editions", str(number), "restoration")
        return self.ask.send("POST", DraftOut, *path, version=version)
