"""The entitlements port over MongoEngine: what catalog and enrollment said."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable

from chassis.storage.aggregates import form_of
from chassis.storage.copies import Copies, Told

from media.domain.entitlement import Seat, ShownCourse
from media.store import documents

LATELY_SECONDS = 30.0
"""A seat that is lost closes within a minute; half of that is for what else waits."""
MOST_REMEMBERED = 50_000
"""More than watch at once through one process."""


class StoredEntitlements:
    """Who may watch what: read models, and what they answered lately."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.courses = Copies(documents.CourseDocument, form_of(ShownCourse))
        self.seats = Copies(documents.SeatDocument, form_of(Seat))
        self.open_until: OrderedDict[tuple[str, str], float] = OrderedDict()
        self.lock, self.clock = threading.Lock(), clock

    def put_courses(self, told: Iterable[Told[ShownCourse]]) -> None:
        """Keep which lectures courses show, unless newer ones are kept."""
        self.courses.put(told)

    def put_seats(self, told: Iterable[Told[Seat]]) -> None:
        """Keep seats unless newer ones are kept."""
        self.seats.put(told)

    def fastest_rate(self, person_id: str, lecture_id: str) -> float | None:
        """The fastest rate at which a seat of the person opens the lecture, or None."""
        if not person_id:
            return None
        courses = {one.id: one for one in self.courses.find({"lectures": lecture_id})}
        filter_ = {"person_id": person_id, "course_id": {"$in": list(courses)}}
        seats = [seat for seat in self.seats.find(filter_) if seat.seated]
        rates = [courses[seat.course_id].fastest for seat in seats]
        if rates:
            self._remember((person_id, lecture_id))
        return max(rates, default=None)

    def had_seat_lately(self, person_id: str, lecture_id: str) -> bool:
        """Whether a seat opened it half a minute ago or still does."""
        with self.lock:
            until = self.open_until.get((person_id, lecture_id), 0.0)
        if self.clock() < until:
            return True
        return self.fastest_rate(person_id, lecture_id) is not None

    def _remember(self, opened: tuple[str, str]) -> None:
        with self.lock:
            self.open_until[opened] = self.clock() + LATELY_SECONDS
            self.open_until.move_to_end(opened)
            while len(self.open_until) > MOST_REMEMBERED:
                self.open_until.popitem(last=False)
