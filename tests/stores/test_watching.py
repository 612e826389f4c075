"""Who watches what, with which player and by what right, on every engine."""

from collections.abc import Callable, Collection
from dataclasses import replace

import mongoengine
import pytest
from media.domain.budget import Budget
from media.domain.entitlement import Seat, ShownCourse
from media.domain.errors import NotEnrolled
from media.domain.events import WatchCompleted
from media.domain.viewer import Viewer
from media.domain.watch import Judgement, Verdict, WatchRecord
from media.events.to_events import to_event
from media.store import documents
from media.store.entitlements import StoredEntitlements
from media.store.watching import (
    RECORD_FORM,
    VIEWER_FORM,
    StoredRecord,
    StoredWatching,
)

from tests.commands import Sent
from tests.embedded.conftest import wait_until
from tests.engines import Kept
from tests.stores.rows import said, version

RECORD = WatchRecord(
    person_id="wang",
    lecture_id="v1",
    edition=2,
    seconds=61.5,
    covered=((0.0, 12.25), (30.0, 41.0)),
    position=41.0,
)
PLAYING = Viewer("wang", "phone", 100.0, 130.125, Budget(12.5, 130.125))
DONE = WatchCompleted("wang", "v1", 2, 61.5)
Decide = Callable[[Viewer, WatchRecord, Collection[int]], Judgement]


@pytest.fixture
def watching(kept: Kept) -> StoredWatching:
    return StoredWatching(
        kept.aggregates("media", documents.WatchDocument, RECORD_FORM, to_event),
        kept.aggregates("media", documents.ViewerDocument, VIEWER_FORM, to_event),
    )


@pytest.fixture
def entitlements(kept: Kept) -> StoredEntitlements:
    kept.declare("media", documents.CourseDocument, documents.SeatDocument)
    return StoredEntitlements()


def test_what_people_watched_of_an_edition_is_found_without_them(
    watching: StoredWatching,
) -> None:
    for person, edition in (("wang", 2), ("li", 2), ("zhao", 1)):
        record = replace(RECORD, person_id=person, edition=edition)
        watching.open_record(record, "s")
    found = watching.find_covered("v1", 2, 10)
    assert found == [[(0.0, 12.25), (30.0, 41.0)]] * 2
    assert len(watching.find_covered("v1", 2, 1)) == 1
    assert watching.find_covered("v2", 2, 10) == []


def completing(
    viewer: Viewer, record: WatchRecord, segments: Collection[int]
) -> Judgement:
    """Everything moves at once."""
    done = replace(record, completed=True)
    told = () if record.completed else (DONE,)
    return Judgement(PLAYING, done, Verdict(20.5, 61.5), told)


def spending(seconds: float) -> Decide:
    """Spend so much of a viewer's budget, whatever for."""

    def decide(viewer: Viewer, record: WatchRecord, _: Collection[int]) -> Judgement:
        budget = Budget(viewer.budget.unspent - seconds, 1.0)
        moved = replace(record, position=record.position + seconds)
        return Judgement(replace(viewer, budget=budget), moved, Verdict(0.0, 0.0))

    return decide


def nudged(kept: StoredRecord) -> tuple[StoredRecord, tuple[()]]:
    """The record moved, by whomever."""
    return kept, ()


def segments_of(watching: StoredWatching, session: str) -> list[int]:
    """What a session is known to have got."""
    got: list[int] = []

    def look(
        viewer: Viewer, record: WatchRecord, segments: Collection[int]
    ) -> Judgement:
        got.extend(sorted(segments))
        return Judgement(viewer, record, Verdict(0.0, 0.0))

    watching.change(RECORD.id, session, look)
    return sorted(set(got))


def shown(id_: str, edition: int, lectures: list[str]) -> tuple[str, int, ShownCourse]:
    return id_, edition, ShownCourse(id_, edition, tuple(lectures))


def seat(
    seated: bool, told: int, id_: str = "c1.wang.1", course: str = "a"
) -> tuple[str, int, Seat]:
    return id_, told, Seat(id_, "wang", course, seated)


def opens(entitlements: StoredEntitlements, person: str, lecture: str) -> bool:
    return entitlements.get_fastest_rate(person, lecture) is not None


def test_a_record_comes_back_with_every_stretch_watched(
    watching: StoredWatching,
) -> None:
    assert watching.open_record(RECORD, "s") == RECORD
    assert watching.get("wang.v1.2") == RECORD
    assert watching.get("wang.v1.1") is None


def test_the_records_of_a_person_are_found_by_lecture_in_every_edition(
    watching: StoredWatching,
) -> None:
    older = replace(RECORD, edition=1, completed=True)
    others = [replace(RECORD, lecture_id="v2"), replace(RECORD, person_id="li")]
    for record in (RECORD, older, *others):
        watching.open_record(record, "s")
    watching.change(RECORD.id, "s", spending(1.0))
    found = watching.find_of_person("wang", ["v1", "v9"])
    assert {record.id for record in found} == {RECORD.id, older.id}
    assert {record.position for record in found} == {41.0, 42.0}
    assert watching.find_of_person("wang", []) == []


def test_a_record_is_put_once(watching: StoredWatching) -> None:
    watching.open_record(RECORD, "s")
    assert watching.open_record(replace(RECORD, covered=()), "s") == RECORD
    assert watching.get(RECORD.id) == RECORD


def test_a_report_moves_viewer_and_record_and_is_told_once(
    watching: StoredWatching,
) -> None:
    watching.open_record(RECORD, "s")
    for _ in range(2):
        assert watching.change(RECORD.id, "s", completing).record.completed
    assert said(watching.records, RECORD.id) == ["wang.v1.2.2.0"]
    assert version(watching.records, RECORD.id) == 2
    assert watching.viewers.get("wang") == PLAYING


def test_a_record_without_a_stream_is_not_watched(watching: StoredWatching) -> None:
    with pytest.raises(NotEnrolled):
        watching.change(RECORD.id, "s", completing)


def test_a_viewer_that_moved_with_another_record_is_read_anew(
    watching: StoredWatching,
) -> None:
    other = replace(RECORD, lecture_id="v2", covered=())
    for record in (RECORD, other):
        watching.open_record(record, "s")
        watching.change(record.id, "s", spending(1.0))
    for _ in range(3):
        watching.change(RECORD.id, "s", spending(1.0))
        watching.change(other.id, "s", spending(1.0))
    assert watching.viewers.get("wang").budget.unspent == -8.0


def test_a_viewer_that_another_moves_meanwhile_spends_for_both(
    watching: StoredWatching,
) -> None:
    other = replace(RECORD, lecture_id="v2", covered=())
    watching.open_record(RECORD, "s")
    watching.open_record(other, "s")
    overtaking = iter([lambda: watching.change(other.id, "s", spending(5.0))])

    def decide(viewer: Viewer, record: WatchRecord, _: Collection[int]) -> Judgement:
        for overtake in overtaking:
            overtake()
        return spending(1.0)(viewer, record, ())

    watching.change(RECORD.id, "s", decide)
    assert watching.viewers.get("wang").budget.unspent == -6.0


def test_time_spent_for_a_record_that_moved_is_not_spent_twice(
    watching: StoredWatching,
) -> None:
    watching.open_record(RECORD, "s")
    moving = iter([lambda: watching.records.change("wang.v1.2", nudged)])

    def decide(viewer: Viewer, record: WatchRecord, _: Collection[int]) -> Judgement:
        for move in moving:
            move()
        return spending(1.0)(viewer, record, ())

    watching.change(RECORD.id, "s", decide)
    assert watching.viewers.get("wang").budget.unspent == -1.0


def test_what_changes_nothing_is_judged_by_the_viewer_of_now(
    watching: StoredWatching,
) -> None:
    other = replace(RECORD, lecture_id="v2", covered=())
    for record in (RECORD, other):
        watching.open_record(record, "s")
        watching.change(record.id, "s", spending(1.0))
    seen: list[float] = []

    def look(viewer: Viewer, record: WatchRecord, _: Collection[int]) -> Judgement:
        seen.append(viewer.budget.unspent)
        return Judgement(viewer, record, Verdict(0.0, 0.0))

    watching.change(RECORD.id, "s", look)
    assert seen == [-1.0, -2.0]


def test_segments_are_known_of_the_session_that_got_them(
    watching: StoredWatching,
) -> None:
    watching.open_record(RECORD, "s")
    for segment in (3, 1, 3, 2):
        watching.note_served(RECORD.id, "s", segment)
    watching.note_served(RECORD.id, "other", 9)
    watching.served.flush_segments()
    assert segments_of(watching, "s") == [1, 2, 3]
    assert segments_of(watching, "other") == [9]
    assert segments_of(watching, "nobodys") == []


def test_what_an_edge_served_is_known_at_once_and_once(
    watching: StoredWatching,
) -> None:
    watching.open_record(RECORD, "s")
    for _ in range(2):
        watching.write_served({(RECORD.id, "s"): [3, 1], ("nobodys", "s"): [1]})
    watching.write_served({})
    assert sorted(segments_of(watching, "s")) == [1, 3]
    assert watching.get("nobodys") is None


def test_segments_are_written_though_nobody_asks(watching: StoredWatching) -> None:
    watching.open_record(RECORD, "s")
    watching.note_served(RECORD.id, "s", 7)
    wait_until(lambda: segments_of(watching, "s") == [7])


def test_what_a_report_moves_takes_no_segment_away(watching: StoredWatching) -> None:
    watching.open_record(RECORD, "s")

    def decide(
        viewer: Viewer, record: WatchRecord, segments: Collection[int]
    ) -> Judgement:
        watching.note_served(RECORD.id, "s", 5)
        watching.served.flush_segments()
        return completing(viewer, record, segments)

    watching.change(RECORD.id, "s", decide)
    assert segments_of(watching, "s") == [5]


def test_the_oldest_sessions_make_room_for_a_new_one(watching: StoredWatching) -> None:
    for session in "abcdefgh":
        watching.open_record(RECORD, session)
        watching.note_served(RECORD.id, session, 1)
        watching.served.flush_segments()
    known = {one for one in "abcdefgh" if segments_of(watching, one)}
    assert known == set("cdefgh")


def test_a_report_costs_three_commands(watching: StoredWatching, kept: Kept) -> None:
    watching.open_record(RECORD, "s")
    watching.change(RECORD.id, "s", spending(1.0))
    sent = Sent()
    mongoengine.disconnect("media")
    mongoengine.connect(
        "media", alias="media", host=kept.engine.url, event_listeners=[sent],
        uuidRepresentation="standard",
    )  # fmt: skip
    kept.declare("media", documents.WatchDocument, documents.ViewerDocument)
    sent.names.clear()
    watching.change(RECORD.id, "s", spending(1.0))
    assert sent.names == ["find", "findAndModify", "findAndModify"]


def test_a_seat_is_remembered_for_half_a_minute(
    entitlements: StoredEntitlements,
) -> None:
    moments = iter((0.0, 29.0, 31.0))
    entitlements.clock = lambda: next(moments)
    entitlements.put_courses([shown("a", 1, ["v1"])])
    entitlements.put_seats([seat(True, 1)])
    assert entitlements.get_fastest_rate("wang", "v1") == 2.0
    entitlements.put_seats([seat(False, 2)])
    assert entitlements.get_fastest_rate("wang", "v1") is None
    assert entitlements.get_recent_rate("wang", "v1") == 2.0
    assert entitlements.get_recent_rate("wang", "v1") is None


def test_the_fastest_course_that_a_seat_opens_gives_the_rate(
    entitlements: StoredEntitlements,
) -> None:
    slow, fast = ShownCourse("a", 1, ("v1",), 1.0), ShownCourse("b", 1, ("v1",), 1.5)
    entitlements.put_courses([("a", 1, slow), ("b", 1, fast)])
    entitlements.put_seats([seat(True, 1)])
    assert entitlements.get_fastest_rate("wang", "v1") == 1.0
    entitlements.put_seats([seat(True, 1, id_="c2.wang.1", course="b")])
    assert entitlements.get_fastest_rate("wang", "v1") == 1.5
    assert entitlements.get_fastest_rate("", "v1") is None


def test_a_seat_opens_the_lectures_of_its_course(
    entitlements: StoredEntitlements,
) -> None:
    entitlements.put_courses([shown("a", 1, ["v1", "v2"])])
    entitlements.put_courses([shown("b", 1, ["v3"])])
    entitlements.put_seats([seat(seated=True, told=1)])
    assert opens(entitlements, "wang", "v1")
    assert opens(entitlements, "wang", "v2")
    assert not opens(entitlements, "wang", "v3")
    assert not opens(entitlements, "wang", "v9")
    assert not opens(entitlements, "li", "v1")


def test_any_of_a_persons_seats_opens_it(entitlements: StoredEntitlements) -> None:
    entitlements.put_courses([shown("a", 1, ["v1"])])
    entitlements.put_courses([shown("b", 1, ["v1"])])
    lost = seat(seated=False, told=2)
    entitlements.put_seats([lost, seat(True, 1, id_="c2.wang.1", course="b")])
    assert opens(entitlements, "wang", "v1")


def test_a_newer_edition_shows_its_own_lectures(
    entitlements: StoredEntitlements,
) -> None:
    entitlements.put_seats([seat(seated=True, told=1)])
    entitlements.put_courses([shown("a", 1, ["v1"])])
    entitlements.put_courses([shown("a", 2, ["v2"])])
    assert opens(entitlements, "wang", "v2")
    assert not opens(entitlements, "wang", "v1")


def test_a_course_is_kept_with_the_fastest_rate_it_allows(
    entitlements: StoredEntitlements,
) -> None:
    entitlements.put_courses([("a", 1, ShownCourse("a", 1, ("v1",), 1.25))])
    kept = entitlements.courses.get("a")
    assert kept is not None
    assert kept.fastest == 1.25


def test_a_course_of_before_there_were_rates_allows_two(
    entitlements: StoredEntitlements,
) -> None:
    entitlements.put_courses([shown("a", 1, ["v1"])])
    rows = entitlements.courses.collection
    rows.update_one({"_id": "a"}, {"$unset": {"fastest": ""}})
    kept = entitlements.courses.get("a")
    assert kept is not None
    assert kept.fastest == 2.0


def test_an_older_or_the_same_edition_changes_nothing(
    entitlements: StoredEntitlements,
) -> None:
    entitlements.put_seats([seat(seated=True, told=1)])
    entitlements.put_courses([shown("a", 2, ["v2"])])
    for edition in (1, 2):
        entitlements.put_courses([shown("a", edition, ["v1"])])
    assert opens(entitlements, "wang", "v2")
    assert not opens(entitlements, "wang", "v1")


def test_a_withdrawn_seat_opens_nothing_and_is_never_set_back(
    entitlements: StoredEntitlements,
) -> None:
    entitlements.put_courses([shown("a", 1, ["v1"])])
    for told in (seat(True, 1), seat(False, 2), seat(True, 1), seat(True, 2)):
        entitlements.put_seats([told])
    assert not opens(entitlements, "wang", "v1")
    entitlements.put_seats([seat(True, 3)])
    assert opens(entitlements, "wang", "v1")


def test_a_seat_told_of_twice_at_once_is_as_the_newer_tells(
    entitlements: StoredEntitlements,
) -> None:
    entitlements.put_courses([shown("a", 1, ["v1"])])
    entitlements.put_seats([seat(False, 2), seat(True, 1)])
    assert not opens(entitlements, "wang", "v1")


def test_many_seats_are_put_beside_those_that_are_there(
    entitlements: StoredEntitlements,
) -> None:
    entitlements.put_courses([shown("a", 1, ["v1"])])
    entitlements.put_courses([shown("b", 1, ["v2"])])
    entitlements.put_seats([seat(True, 1)])
    entitlements.put_seats([seat(True, 1, "c2.wang.1", "b"), seat(False, 2)])
    assert not opens(entitlements, "wang", "v1")
    assert opens(entitlements, "wang", "v2")
