"""Media's ports in memory, for use cases on a clock of the test's own."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from media.domain.errors import NotEnrolled
from media.domain.viewer import Viewer
from media.domain.watch import Judgement, WatchRecord


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    now: float = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class WatchingInMemory:
    """Viewers, their records and what their sessions got."""

    records: dict[str, WatchRecord] = field(default_factory=dict)
    viewers: dict[str, Viewer] = field(default_factory=dict)
    served: dict[tuple[str, str], set[int]] = field(default_factory=dict)
    told: list[object] = field(default_factory=list)

    def get(self, id_: str) -> WatchRecord | None:
        return self.records.get(id_)

    def open_record(self, record: WatchRecord, session: str) -> WatchRecord:
        return self.records.setdefault(record.id, record)

    def change(
        self,
        record_id: str,
        session: str,
        decide: Callable[[Viewer, WatchRecord, Collection[int]], Judgement],
    ) -> Judgement:
        record = self.records.get(record_id)
        if record is None:
            raise NotEnrolled
        viewer = self.viewers.get(record.person_id, Viewer(record.person_id))
        judged = decide(viewer, record, self.served.get((record_id, session), set()))
        self.records[record_id] = judged.record
        self.viewers[record.person_id] = judged.viewer
        self.told += judged.events
        return judged

    def note_served(self, record_id: str, session: str, segment: int) -> None:
        self.served.setdefault((record_id, session), set()).add(segment)


@dataclass
class Seats:
    """Who has a seat for which lecture, at which rate, now and half a minute ago."""

    rates: dict[tuple[str, str], float] = field(default_factory=dict)
    lately: dict[tuple[str, str], float] = field(default_factory=dict)

    def put_courses(self, rows: object) -> None:
        raise AssertionError("no course comes here")

    def put_seats(self, rows: object) -> None:
        raise AssertionError("no seat comes here")

    def get_fastest_rate(self, person_id: str, lecture_id: str) -> float | None:
        return self.rates.get((person_id, lecture_id))

    def get_recent_rate(self, person_id: str, lecture_id: str) -> float | None:
        key = (person_id, lecture_id)
        return self.lately.get(key, self.rates.get(key))
