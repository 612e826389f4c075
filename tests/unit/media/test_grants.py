"""Streams: granted by a seat, to one session, and no longer than the seat lasts."""

from typing import Any

import pytest
from media.domain.errors import NotEnrolled, NotReady, StreamRefused
from media.domain.lecture import READY, TRANSCODING, Edition
from media.domain.stream import LIFE_SECONDS, REPORT_LIFE_SECONDS
from media.domain.watch import Report
from media.usecases.check_grant import CheckGrant, Presenter
from media.usecases.grant_stream import GrantStream
from media.usecases.note_served import ServedSegment, note_served, write_served
from media.usecases.report_watching import ReportWatching
from media.usecases.start_watching import Start, StartWatching

from tests.unit.media.fakes import Clock, FakeTracks, Seats, WatchingInMemory

SECRET = b"secret"
WANG, LI = Presenter("wang", "s1", False), Presenter("li", "s2", False)
TEACHER = Presenter("", "s3", True)


class Lectures:
    """One lecture in one edition."""

    def __init__(self, state: str = READY) -> None:
        self.edition = Edition("l", 3, "讲", "source", 60.0, 9, state=state)

    def get_latest(self, _: str) -> Edition:
        return self.edition

    def get_latest_ready(self, _: str) -> Edition | None:
        return self.edition if self.edition.state == READY else None


class World:
    """Use cases over one lecture, with a clock of their own."""

    def __init__(self, state: str = READY) -> None:
        self.clock, self.watching = Clock(), WatchingInMemory()
        self.seats = Seats({("wang", "l"): 1.5})
        lectures: Any = Lectures(state)
        self.grant = GrantStream(
            lectures, self.watching, self.seats, FakeTracks(), SECRET, self.clock
        )
        self.check = CheckGrant(self.seats, SECRET, self.clock)

    def token_of(self, who: Presenter) -> str:
        return self.grant(who.person_id, "l", who.session, who.is_staff).token


def test_who_has_a_seat_streams_and_has_a_record_at_the_courses_rate() -> None:
    world = World()
    granted = world.grant("wang", "l", "s1", is_staff=False)
    assert granted.expires == int(world.clock.now) + LIFE_SECONDS
    assert granted.fastest == 1.5
    assert world.watching.get("wang.l.3") == granted.record
    assert world.check.for_stream(granted.token, "l", 3, WANG).person == "wang"


def test_who_has_none_gets_no_stream_and_no_record() -> None:
    world = World()
    with pytest.raises(NotEnrolled):
        world.token_of(LI)
    assert world.watching.records == {}


def test_a_lecture_in_the_making_is_not_streamed() -> None:
    with pytest.raises(NotReady):
        World(TRANSCODING).token_of(WANG)


def test_staff_stream_without_a_seat_and_without_a_record() -> None:
    world = World()
    grant = world.check.for_stream(world.token_of(TEACHER), "l", 3, TEACHER)
    note_served(world.watching, grant, 0)
    assert (world.watching.records, world.watching.served) == ({}, {})


@pytest.mark.parametrize(
    "who",
    [
        LI,
        TEACHER,
        Presenter("wang", "s9", False),
        Presenter("li", "s1", False),
        Presenter("", "", False),
    ],
)
def test_nobody_else_and_no_other_session_streams_with_a_token(who: Presenter) -> None:
    world = World()
    world.seats.rates["li", "l"] = 2.0
    token = world.token_of(WANG)
    with pytest.raises(StreamRefused):
        world.check.for_stream(token, "l", 3, who)


def test_a_token_dies_when_its_seat_is_no_longer_known() -> None:
    world = World()
    token = world.token_of(WANG)
    world.seats.rates.clear()
    world.seats.lately["wang", "l"] = 1.5
    assert world.check.for_stream(token, "l", 3, WANG)
    world.seats.lately.clear()
    for check in (world.check.for_stream, world.check.for_reports):
        with pytest.raises(NotEnrolled):
            check(token, "l", 3, WANG)


def test_what_an_ended_session_played_counts_for_the_same_person_in_a_new_one() -> None:
    world = World()
    token, start = world.token_of(WANG), Start("tab", 0.0, take_over=False)
    grant = world.check.for_stream(token, "l", 3, WANG)
    StartWatching(world.watching, world.clock)(grant, start)
    note_served(world.watching, grant, 0)
    world.clock.now += LIFE_SECONDS + 60
    again = Presenter("wang", "s7", False)
    with pytest.raises(StreamRefused):
        world.check.for_stream(token, "l", 3, again)
    late = world.check.for_reports(token, "l", 3, again)
    report = Report("tab", 0.0, 6.0, ago=60.0)
    judged = ReportWatching(world.watching, world.seats, world.clock)(late, report)
    assert judged.verdict.earned == 6.0
    with pytest.raises(StreamRefused):
        world.check.for_reports(token, "l", 3, LI)
    world.clock.now += REPORT_LIFE_SECONDS
    with pytest.raises(StreamRefused):
        world.check.for_reports(token, "l", 3, again)


def test_an_edition_that_was_not_granted_is_neither_streamed_nor_watched() -> None:
    world = World()
    token = world.token_of(WANG)
    for check in (world.check.for_stream, world.check.for_reports):
        with pytest.raises(StreamRefused):
            check(token, "l", 2, WANG)


def test_a_report_is_paid_at_the_rate_that_the_course_allows_by_then() -> None:
    world = World()
    grant = world.check.for_stream(world.token_of(WANG), "l", 3, WANG)
    start = Start("tab", 0.0, take_over=False)
    StartWatching(world.watching, world.clock)(grant, start)
    for segment in range(10):
        note_served(world.watching, grant, segment)
    world.seats.rates["wang", "l"] = 1.0
    world.clock.now += 10
    judge = ReportWatching(world.watching, world.seats, world.clock)
    assert judge(grant, Report("tab", 0.0, 30.0)).verdict.counted_to == 10


def test_an_edge_is_told_by_the_seat_as_it_is_now() -> None:
    world = World()
    token = world.token_of(WANG)
    assert world.check.for_edge(token, "l", 3, WANG).person == "wang"
    world.seats.lately[("wang", "l")] = world.seats.rates.pop(("wang", "l"))
    assert world.check.for_stream(token, "l", 3, WANG)  # as it was half a minute ago
    with pytest.raises(NotEnrolled):
        world.check.for_edge(token, "l", 3, WANG)


def test_an_edge_is_refused_another_session_and_a_token_that_ran_out() -> None:
    world = World()
    token = world.token_of(WANG)
    with pytest.raises(StreamRefused):
        world.check.for_edge(token, "l", 3, Presenter("wang", "another", False))
    world.clock.now += LIFE_SECONDS + 1
    with pytest.raises(StreamRefused):
        world.check.for_edge(token, "l", 3, WANG)


def test_what_an_edge_served_is_written_once_however_often_it_is_told() -> None:
    watching = WatchingInMemory()
    served = [ServedSegment("s1", "wang", "l", 3, number) for number in (0, 1, 1)]
    of_staff = ServedSegment("s3", "staff", "l", 3, 0)
    assert write_served(watching, [*served, of_staff]) == 2
    write_served(watching, served[:1])
    assert watching.served == {("wang.l.3", "s1"): {0, 1}}
