"""Watch reports judged and stored, over raw inserts of the documents they write.

Run as `python -m tests.bench.bench_watching`. A report reads a record and writes the
viewer and the record, each under its version: three commands one after the other where
the insert is one, so a third is what the store's round trips leave at best; a guarded
write costs more than an insert, and a tenth goes into MongoEngine's validation.
"""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from chassis.storage.aggregates import Aggregates
from chassis.storage.mongo import open_database
from media.domain.stream import Grant
from media.domain.watch import FASTEST, Report, WatchRecord, record_id
from media.events.to_events import to_event
from media.store import documents
from media.store.watching import RECORD_FORM, VIEWER_FORM, StoredWatching
from media.usecases.report_watching import ReportWatching
from media.usecases.start_watching import Start, StartWatching

from tests.bench.ratios import Ratio, alternated
from tests.embedded.conftest import start_store

PEOPLE, REPORTS, BAR = 50, 40, 0.25
SECONDS, STEP = 3600.0, 5.0


class Anybody:
    """Everybody has a seat, as it was known within the last half minute."""

    def put_courses(self, rows: object) -> None:
        """None comes."""

    def put_seats(self, rows: object) -> None:
        """None comes."""

    def get_fastest_rate(self, person_id: str, lecture_id: str) -> float | None:
        return FASTEST

    def get_recent_rate(self, person_id: str, lecture_id: str) -> float | None:
        return FASTEST


class Watchers:
    """People who watch a lecture of an hour, a report each five seconds."""

    def __init__(self, url: str) -> None:
        self.database = open_database("media", url)
        self.watching = StoredWatching(
            Aggregates(
                "media", documents.WatchDocument, RECORD_FORM, to_event, _nobody
            ),
            Aggregates(
                "media", documents.ViewerDocument, VIEWER_FORM, to_event, _nobody
            ),
        )
        self.now = 1_000_000.0
        self.report = ReportWatching(self.watching, Anybody(), lambda: self.now)
        self.start = StartWatching(self.watching, lambda: self.now)
        self.rounds = 0

    def judged(self) -> float:
        """Reports a second, of people who never watched before."""
        self.rounds += 1
        grants = [self._begin(f"p{self.rounds}x{at}") for at in range(PEOPLE)]
        begun = time.perf_counter()
        for number in range(REPORTS):
            self.now += STEP
            said = Report("a", number * STEP, (number + 1) * STEP)
            for grant in grants:
                judged = self.report(grant, said)
                assert judged.verdict.earned == STEP
        return PEOPLE * REPORTS / (time.perf_counter() - begun)

    def inserted(self) -> float:
        """Raw inserts a second of what one report's record came to be."""
        rows = self.database["raw"]
        rows.drop()
        document = self.database["watch_records"].find_one({}) or {}
        assert document["covered"]
        begun = time.perf_counter()
        for number in range(PEOPLE * REPORTS):
            rows.insert_one(document | {"_id": number})
        return PEOPLE * REPORTS / (time.perf_counter() - begun)

    def _begin(self, person: str) -> Grant:
        grant = Grant(0, "session", person, "l", 1)
        self.watching.open_record(WatchRecord(person, "l", 1, SECONDS), grant.session)
        for segment in range(int(REPORTS * STEP / 6) + 1):
            id_ = record_id(person, "l", 1)
            self.watching.note_served(id_, grant.session, segment)
        self.watching.served.flush_segments()
        self.start(grant, Start("a", 0.0, take_over=False))
        return grant


def _nobody() -> None:
    """No relay is woken here."""


@contextmanager
def watchers() -> Iterator[Watchers]:
    """On an embedded store of their own."""
    with TemporaryDirectory() as folder:
        store = start_store(Path(folder) / "store.db")
        try:
            yield Watchers(f"mongodb://127.0.0.1:{store.port}/?directConnection=true")
        finally:
            store.stop()


def main() -> int:
    """Measure in turn; 1 when the bar is missed."""
    with watchers() as people:
        people.judged()  # the first round makes what the inserts repeat
        ratios = alternated(people.judged, people.inserted)
    return Ratio("watching", ratios, BAR).tell()


if __name__ == "__main__":
    sys.exit(main())
