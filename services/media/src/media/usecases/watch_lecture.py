"""Watching: a grant to stream, a player that starts, reports that are judged."""

from collections.abc import Callable
from dataclasses import dataclass

from media.domain.errors import NotEnrolled, UnknownLecture
from media.domain.lecture import Edition
from media.domain.stream import LIFE_SECONDS, Grant, token_for
from media.domain.watch import OTHER_PLAYER, Report, Verdict, WatchRecord
from media.usecases.ports import (
    Editions,
    Entitlements,
    Players,
    Playing,
    WatchRecords,
)

Now = Callable[[], float]


@dataclass(frozen=True)
class Ticket:
    """Where to stream a lecture, and how far the person is."""

    edition: Edition
    token: str
    expires: int
    record: WatchRecord


class WatchLecture:
    """The viewer's side of media."""

    def __init__(
        self,
        editions: Editions,
        records: WatchRecords,
        players: Players,
        entitlements: Entitlements,
        secret: bytes,
        now: Now,
    ) -> None:
        self.editions, self.records, self.players = editions, records, players
        self.entitlements, self.secret, self.now = entitlements, secret, now

    def admit(
        self, person_id: str, lecture_id: str, session: str, is_staff: bool
    ) -> Ticket:
        """A token for this session. Raises UnknownLecture, NotEnrolled, NotReady."""
        edition = self._ready(lecture_id)
        if not is_staff:
            self.require_seat(person_id, lecture_id)
        expires = int(self.now()) + LIFE_SECONDS
        token = token_for(
            self.secret, Grant(expires, session, person_id or "staff", lecture_id)
        )
        return Ticket(edition, token, expires, self.record(person_id, edition))

    def require_seat(self, person_id: str, lecture_id: str) -> None:
        """Raises NotEnrolled unless the person has a seat where it is shown."""
        if not self.entitlements.may_watch(person_id, lecture_id):
            raise NotEnrolled("您还没有被录取到含有这一讲的班级：请联系所在单位报名")

    def _ready(self, lecture_id: str) -> Edition:
        ready = self.editions.latest_ready(lecture_id)
        if ready is not None:
            return ready
        latest = self.editions.latest(lecture_id)
        if latest is None:
            raise UnknownLecture(f"没有这一讲 {lecture_id}")
        return latest.require_ready()

    def record(self, person_id: str, edition: Edition) -> WatchRecord:
        """How far the person is in this edition, empty if never seen."""
        empty = WatchRecord(
            person_id, edition.lecture_id, edition.number, edition.seconds
        )
        return self.records.get(empty.id) or empty

    def start(
        self,
        person_id: str,
        lecture_id: str,
        number: int,
        player: str,
        position: float,
        force: bool,
    ) -> tuple[WatchRecord, Verdict]:
        """This player plays from here; unless another is heard of and not forced."""
        edition = self._entitled(person_id, lecture_id, number)
        now = self.now()
        other = self.players.take(person_id, Playing(player, lecture_id, now), force)
        record = self.record(person_id, edition)
        if other is not None:
            return record, Verdict(0.0, OTHER_PLAYER)
        self.records.add(record)
        started = self.records.change(
            record.id, lambda held: (held.start(player, position, now), ())
        )
        return started, Verdict(0.0)

    def report(
        self, person_id: str, lecture_id: str, number: int, report: Report
    ) -> tuple[WatchRecord, Verdict]:
        """Judge a player's claim."""
        edition = self._entitled(person_id, lecture_id, number)
        now, verdict = self.now(), Verdict(0.0)
        record = self.record(person_id, edition)
        playing = Playing(report.player, lecture_id, now)
        if not self.players.hear(person_id, playing):
            return record, Verdict(0.0, OTHER_PLAYER)
        if not record.player:
            return record, record.report(report, now)[1]

        def decide(held: WatchRecord) -> tuple[WatchRecord, list[object]]:
            nonlocal verdict
            after, verdict, told = held.report(report, now)
            return after, told

        return self.records.change(record.id, decide), verdict

    def _entitled(self, person_id: str, lecture_id: str, number: int) -> Edition:
        edition = self.editions.get(f"{lecture_id}.{number}")
        if edition is None:
            raise UnknownLecture(f"没有这一讲 {lecture_id} 的第 {number} 版")
        self.require_seat(person_id, lecture_id)
        return edition.require_ready()
