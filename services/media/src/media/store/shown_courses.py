"""The showings port over the read model of courses."""

from chassis.projections.projection import Projection

from media.domain.entitlement import ShownCourse


class StoredShownCourses:
    """Which courses show a lecture, from the events of catalog."""

    def __init__(self, courses: Projection[ShownCourse]) -> None:
        self.courses = courses

    def find_courses_showing(self, lecture_id: str) -> list[str]:
        """The ids of published courses that show it."""
        return [course.id for course in self.courses.find({"lectures": lecture_id})]
