"""Who watches what, with which player and by what right, on every engine."""

from dataclasses import replace

import pytest
from chassis.storage.aggregates import NotThere, form_of
from media.domain.entitlement import Seat, ShownCourse
from media.domain.facts import WatchCompleted
from media.domain.watch import QUIET_SECONDS, WatchRecord
from media.events.published import word
from media.store import documents
from media.store.watching import (
    StoredEntitlements,
    StoredPlayers,
    StoredWatchRecords,
)
from media.usecases.ports import Playing

from tests.engines import Kept
from tests.stores.rows import overtaken, said, version

RECORD = WatchRecord(
    person_id="wang",
    lecture_id="v1",
    edition=2,
    seconds=61.5,
    covered=((0.0, 12.25), (30.0, 41.0)),
    position=41.0,
    player="phone",
    heard=1_700_000_000.125,
    ahead=0.5,
)
PHONE, DESK = Playing("phone", "v1", 100.0), Playing("desk", "v1", 110.0)


@pytest.fixture
def records(kept: Kept) -> StoredWatchRecords:
    form = form_of(WatchRecord)
    return StoredWatchRecords(
        kept.aggregates("media", documents.WatchDocument, form, word)
    )


@pytest.fixture
def players(kept: Kept) -> StoredPlayers:
    rows = kept.aggregates("media", documents.PlayerDocument, form_of(Playing), word)
    return StoredPlayers(rows)


@pytest.fixture
def entitlements(kept: Kept) -> StoredEntitlements:
    kept.declare("media", documents.CourseDocument, documents.SeatDocument)
    return StoredEntitlements()


def completed(record: WatchRecord) -> tuple[WatchRecord, list[object]] | None:
    if record.completed:
        return None
    return replace(record, completed=True), [WatchCompleted("wang", "v1", 2, 61.5)]


def playing(players: StoredPlayers) -> Playing:
    return players.rows.get("wang")


def shown(id_: str, edition: int, lectures: list[str]) -> tuple[str, int, ShownCourse]:
    return id_, edition, ShownCourse(id_, edition, tuple(lectures))


def seat(
    seated: bool, told: int, id_: str = "c1.wang.1", course: str = "a"
) -> tuple[str, int, Seat]:
    return id_, told, Seat(id_, "wang", course, seated)


def test_a_record_comes_back_with_every_stretch_watched(
    records: StoredWatchRecords,
) -> None:
    assert records.add(RECORD)
    assert records.get("wang.v1.2") == RECORD
    assert records.get("wang.v1.1") is None


def test_a_record_is_put_once(records: StoredWatchRecords) -> None:
    records.add(RECORD)
    assert not records.add(replace(RECORD, covered=()))
    assert records.get(RECORD.id) == RECORD


def test_a_record_that_moved_is_decided_on_again_and_told_once(
    records: StoredWatchRecords,
) -> None:
    records.add(RECORD)
    decide = overtaken(lambda: records.change(RECORD.id, completed), completed)
    assert records.change(RECORD.id, decide).completed
    assert said(records.rows, RECORD.id) == ["wang.v1.2.2.0"]
    assert version(records.rows, RECORD.id) == 2


def test_a_record_that_is_not_there_cannot_change(records: StoredWatchRecords) -> None:
    with pytest.raises(NotThere):
        records.change(RECORD.id, completed)


def test_the_first_player_plays(players: StoredPlayers) -> None:
    assert players.take("wang", PHONE, force=False) is None
    assert playing(players) == PHONE


def test_a_player_that_is_still_heard_of_plays_on(players: StoredPlayers) -> None:
    players.take("wang", PHONE, force=False)
    assert players.take("wang", DESK, force=False) == PHONE
    assert playing(players) == PHONE


def test_by_force_the_other_player_plays(players: StoredPlayers) -> None:
    players.take("wang", PHONE, force=False)
    assert players.take("wang", DESK, force=True) is None
    assert playing(players) == DESK


def test_after_a_quiet_while_another_player_plays(players: StoredPlayers) -> None:
    players.take("wang", PHONE, force=False)
    later = replace(DESK, heard=PHONE.heard + QUIET_SECONDS + 1)
    assert players.take("wang", later, force=False) is None
    assert playing(players) == later


def test_the_same_player_turns_to_another_lecture(players: StoredPlayers) -> None:
    players.take("wang", PHONE, force=False)
    other = replace(PHONE, lecture_id="v2")
    assert players.take("wang", other, force=False) is None
    assert playing(players) == other


def test_each_person_has_a_player_of_their_own(players: StoredPlayers) -> None:
    players.take("wang", PHONE, force=False)
    assert players.take("li", DESK, force=False) is None
    assert playing(players) == PHONE


def test_a_sign_of_life_of_the_player_is_noted(players: StoredPlayers) -> None:
    players.take("wang", PHONE, force=False)
    later = replace(PHONE, heard=130.0)
    assert players.hear("wang", later)
    assert playing(players) == later


@pytest.mark.parametrize("other", [DESK, replace(PHONE, lecture_id="v2")])
def test_another_player_or_lecture_is_told_that_it_does_not_play(
    players: StoredPlayers, other: Playing
) -> None:
    players.take("wang", PHONE, force=False)
    assert not players.hear("wang", other)
    assert playing(players) == PHONE


def test_where_nobody_plays_a_sign_of_life_is_no_fault(players: StoredPlayers) -> None:
    assert players.hear("wang", PHONE)
    assert players.take("wang", DESK, force=False) is None


def test_a_seat_opens_the_lectures_of_its_course(
    entitlements: StoredEntitlements,
) -> None:
    entitlements.put_courses([shown("a", 1, ["v1", "v2"])])
    entitlements.put_courses([shown("b", 1, ["v3"])])
    entitlements.put_seats([seat(seated=True, told=1)])
    assert entitlements.may_watch("wang", "v1")
    assert entitlements.may_watch("wang", "v2")
    assert not entitlements.may_watch("wang", "v3")
    assert not entitlements.may_watch("wang", "v9")
    assert not entitlements.may_watch("li", "v1")


def test_any_of_a_persons_seats_opens_it(entitlements: StoredEntitlements) -> None:
    entitlements.put_courses([shown("a", 1, ["v1"])])
    entitlements.put_courses([shown("b", 1, ["v1"])])
    lost = seat(seated=False, told=2)
    entitlements.put_seats([lost, seat(True, 1, id_="c2.wang.1", course="b")])
    assert entitlements.may_watch("wang", "v1")


def test_a_newer_edition_shows_its_own_lectures(
    entitlements: StoredEntitlements,
) -> None:
    entitlements.put_seats([seat(seated=True, told=1)])
    entitlements.put_courses([shown("a", 1, ["v1"])])
    entitlements.put_courses([shown("a", 2, ["v2"])])
    assert entitlements.may_watch("wang", "v2")
    assert not entitlements.may_watch("wang", "v1")


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
    assert entitlements.may_watch("wang", "v2")
    assert not entitlements.may_watch("wang", "v1")


def test_a_withdrawn_seat_opens_nothing_and_is_never_set_back(
    entitlements: StoredEntitlements,
) -> None:
    entitlements.put_courses([shown("a", 1, ["v1"])])
    for told in (seat(True, 1), seat(False, 2), seat(True, 1), seat(True, 2)):
        entitlements.put_seats([told])
    assert not entitlements.may_watch("wang", "v1")
    entitlements.put_seats([seat(True, 3)])
    assert entitlements.may_watch("wang", "v1")


def test_a_seat_told_of_twice_at_once_is_as_the_newer_tells(
    entitlements: StoredEntitlements,
) -> None:
    entitlements.put_courses([shown("a", 1, ["v1"])])
    entitlements.put_seats([seat(False, 2), seat(True, 1)])
    assert not entitlements.may_watch("wang", "v1")


def test_many_seats_are_put_beside_those_that_are_there(
    entitlements: StoredEntitlements,
) -> None:
    entitlements.put_courses([shown("a", 1, ["v1"])])
    entitlements.put_courses([shown("b", 1, ["v2"])])
    entitlements.put_seats([seat(True, 1)])
    entitlements.put_seats([seat(True, 1, "c2.wang.1", "b"), seat(False, 2)])
    assert not entitlements.may_watch("wang", "v1")
    assert entitlements.may_watch("wang", "v2")
