"""The entitlements port over MongoEngine: from their events."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable

from chassis.projections.aliases import Aliases
from chassis.projections.projection import ProjectedRow, Projection
from chassis.storage.aggregates import mapping_of

from media.domain.entitlement import Seat, ShownCourse
from media.store import documents

LATELY_SECONDS = 30.0
"""A seat that is lost closes within a minute; half of that is for what else waits."""
MOST_REMEMBERED = 50_000
"""More than watch at once through one process."""


class StoredEntitlements:
    """Entitlements: projections, and what they answered lately."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.courses = Projection(documents.CourseDocument, mapping_of(ShownCourse))
        self.seats = Projection(documents.SeatDocument, mapping_of(Seat))
        self.aliases = Aliases(documents.AliasDocument)
        self.lately: OrderedDict[tuple[str, str], tuple[float, float]] = OrderedDict()
        self.lock, self.clock = threading.Lock(), clock

    def put_courses(self, rows: Iterable[ProjectedRow[ShownCourse]]) -> None:
        """Put rows of courses, each with its version; newer ones stay."""
        self.courses.put_rows(rows)

    def put_seats(self, rows: Iterable[ProjectedRow[Seat]]) -> None:
        """Put rows of seats, each with its version; newer ones stay."""
        self.seats.put_rows(rows)

    def get_fastest_rate(self, person_id: str, lecture_id: str) -> float | None:
        """The fastest rate at which a seat of the person opens the lecture, or None."""
        if not person_id:
            return None
        courses = {
            course.id: course for course in self.courses.find({"lectures": lecture_id})
        }
        own = self.aliases.find_group(person_id)
        filter_ = {"person_id": {"$in": own}, "course_id": {"$in": list(courses)}}
        seats = [seat for seat in self.seats.find(filter_) if seat.seated]
        rates = [courses[seat.course_id].fastest for seat in seats]
        if rates:
            self._remember_rate((person_id, lecture_id), max(rates))
        return max(rates, default=None)

    def get_recent_rate(self, person_id: str, lecture_id: str) -> float | None:
        """The fastest rate, as it is or as it was within the last half minute."""
        with self.lock:
            rate, until = self.lately.get((person_id, lecture_id), (0.0, 0.0))
        if self.clock() < until:
            return rate
        return self.get_fastest_rate(person_id, lecture_id)

    def _remember_rate(self, opened: tuple[str, str], rate: float) -> None:
        with self.lock:
            self.lately[opened] = rate, self.clock() + LATELY_SECONDS
            self.lately.move_to_end(opened)
            while len(self.lately) > MOST_REMEMBERED:
                self.lately.popitem(last=False)
