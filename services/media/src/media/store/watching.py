"""The watch records, players and entitlements ports over MongoEngine."""

from collections.abc import Callable, Iterable, Sequence

from chassis.storage.aggregates import Aggregates, AlreadyThere, NotThere, form_of
from chassis.storage.copies import Copies, Told

from media.domain.entitlement import Seat, ShownCourse
from media.domain.watch import QUIET_SECONDS, WatchRecord
from media.store import documents
from media.usecases.ports import Playing

Facts = Sequence[object]


class StoredWatchRecords:
    """Who has watched what."""

    def __init__(self, rows: Aggregates[WatchRecord]) -> None:
        self.rows = rows

    def get(self, id_: str) -> WatchRecord | None:
        """One record, or None."""
        try:
            return self.rows.get(id_)
        except NotThere:
            return None

    def add(self, record: WatchRecord) -> bool:
        """Put a new one; False if it is there."""
        try:
            self.rows.add(record.id, record)
        except AlreadyThere:
            return False
        return True

    def change(
        self,
        id_: str,
        decide: Callable[[WatchRecord], tuple[WatchRecord, Facts] | None],
    ) -> WatchRecord:
        """Read, decide, write under the version that was read."""
        return self.rows.change(id_, decide)


class StoredPlayers:
    """The one player of each person."""

    def __init__(self, rows: Aggregates[Playing]) -> None:
        self.rows = rows

    def take(self, person_id: str, playing: Playing, force: bool) -> Playing | None:
        """Let this player play; the other one, if that is still heard of."""
        other: Playing | None = None

        def decide(held: Playing) -> tuple[Playing, tuple[()]] | None:
            nonlocal other
            other = None
            if not force and _plays_elsewhere(held, playing):
                other = held
                return None
            return playing, ()

        try:
            self.rows.change(person_id, decide)
        except NotThere:
            try:
                self.rows.add(person_id, playing)
            except AlreadyThere:
                self.rows.change(person_id, decide)
        return other

    def hear(self, person_id: str, playing: Playing) -> bool:
        """Note a sign of life; False if another player plays."""
        try:
            held = self.rows.change(
                person_id,
                lambda held: (playing, ()) if _is_same(held, playing) else None,
            )
        except NotThere:
            return True
        return _is_same(held, playing)


def _is_same(held: Playing, playing: Playing) -> bool:
    """One player plays one lecture at a time."""
    return (held.player, held.lecture_id) == (playing.player, playing.lecture_id)


def _plays_elsewhere(held: Playing, playing: Playing) -> bool:
    quiet = playing.heard - held.heard > QUIET_SECONDS
    return held.player != playing.player and not quiet


class StoredEntitlements:
    """Who may watch what: read models of what catalog and enrollment said."""

    def __init__(self) -> None:
        self.courses = Copies(documents.CourseDocument, form_of(ShownCourse))
        self.seats = Copies(documents.SeatDocument, form_of(Seat))

    def put_courses(self, told: Iterable[Told[ShownCourse]]) -> None:
        """Keep which lectures courses show, unless newer ones are kept."""
        self.courses.put(told)

    def put_seats(self, told: Iterable[Told[Seat]]) -> None:
        """Keep seats unless newer ones are kept."""
        self.seats.put(told)

    def may_watch(self, person_id: str, lecture_id: str) -> bool:
        """Whether a seat of the person opens the lecture."""
        courses = [course.id for course in self.courses.find({"lectures": lecture_id})]
        seats = self.seats.find({"person_id": person_id, "course_id": {"$in": courses}})
        return any(seat.seated for seat in seats)
