"""What comes into whose feed, and what is read there."""

from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from chassis.events.envelope import Envelope
from enrollment.domain.branch_feed import FeedEvent
from enrollment.domain.people import Membership
from enrollment.events.fed_events import ANSWERS, OF_MEMBERS, to_feed_event
from enrollment.usecases.append_feed import OUT_OF_ORDER_SECONDS

import contracts
from tests.unit.enrollment.feed_world import FeedWorld, Groups, answer, hours, seat

EXAMPLES = Path(contracts.__file__).parent / "examples"
OF_SCHOOL = Membership("p1", "dc-school", "M1", "2026-01-01")
OF_EAST = Membership("p1", "dc", "E3", "2026-01-01")
OF_WEST = Membership("p1", "xc", "W9", "2026-01-01", "2026-11-30")


@pytest.mark.parametrize("first", [answer("e2"), seat("e2")])
def test_a_feed_begins_with_the_first_message_of_its_branch(first: FeedEvent) -> None:
    world = FeedWorld(OF_EAST)
    world.happen(hours("e1"))
    world.happen(first)
    world.happen(hours("e3"))
    assert world.ids_of("dc") == ["e2", "e3"]


def test_a_feed_begins_when_it_is_asked_for() -> None:
    world = FeedWorld()
    assert world.read("bj", 0, 10).entries == ()
    world.happen(seat("e1"))
    assert world.ids_of("bj") == ["e1"]
    assert world.ids_of("xc") == []


def test_what_happened_before_a_feed_began_is_not_in_it_however_late_it_comes() -> None:
    world = FeedWorld(OF_EAST)
    world.feeds.now += 2 * OUT_OF_ORDER_SECONDS
    world.feeds.open_feeds(["dc"])
    later = "2026-11-30T12:00:00.000+00:00"
    world.happen(answer("e1"), hours("e2"), replace(answer("e3"), happened=later))
    assert world.ids_of("dc") == ["e3"]


def test_the_first_message_is_in_its_feed_however_late_it_comes() -> None:
    world = FeedWorld(OF_EAST)
    world.feeds.now += 2 * OUT_OF_ORDER_SECONDS
    world.happen(answer("e1"), answer("e2"))
    assert world.ids_of("dc") == ["e1", "e2"]


def test_no_feed_begins_for_a_branch_that_is_not_there() -> None:
    world = FeedWorld()
    world.happen(answer("e1", "nowhere"))
    assert world.feeds.rows == {}


def test_answers_are_the_senders_alone_and_members_those_of_all_above() -> None:
    world = FeedWorld()
    world.feeds.open_feeds(["bj", "dc", "dc-school", "xc"])
    world.happen(answer("e1", "dc-school"), seat("e2", branch="dc-school"))
    feeds = {id_: world.ids_of(id_) for id_ in ("bj", "dc", "dc-school", "xc")}
    assert feeds == {"bj": ["e2"], "dc": ["e2"], "dc-school": ["e1", "e2"], "xc": []}


def test_what_is_learnt_comes_to_whoever_holds_the_person_that_day() -> None:
    world = FeedWorld(OF_SCHOOL, OF_WEST)
    world.feeds.open_feeds(["bj", "dc-school", "xc"])
    world.happen(hours("e1"))
    assert (world.ids_of("dc-school"), world.ids_of("bj")) == (["e1"], ["e1"])
    assert world.ids_of("xc") == []


def test_what_the_survivor_learns_comes_to_the_branch_of_the_alias() -> None:
    world = FeedWorld(OF_SCHOOL, groups=Groups(("p9", "p1")))
    world.feeds.open_feeds(["dc-school"])
    world.happen(hours("e1", "p9"))
    [(_, number)] = world.read("dc-school", 0, 10).entries
    assert number == "M1"


def test_an_entry_names_the_member_by_the_number_of_its_branch() -> None:
    world = FeedWorld(OF_SCHOOL)
    world.feeds.open_feeds(["bj"])
    world.happen(hours("e1"), answer("e2", "bj"))
    [(of_member, number), (of_none, no_number)] = world.read("bj", 0, 10).entries
    assert (of_member.placed.about, number) == ("dc-school", "M1")
    assert (of_none.placed.about, no_number) == ("bj", "")


def test_who_was_deleted_is_nobody_in_the_feed() -> None:
    world = FeedWorld(OF_SCHOOL)
    world.feeds.open_feeds(["bj"])
    world.happen(hours("e1"))
    world.people.memberships.clear()
    assert [number for _, number in world.read("bj", 0, 10).entries] == [""]


def test_a_page_says_where_the_next_begins() -> None:
    world = FeedWorld()
    world.happen(answer("e1"), answer("e2"), answer("e3"))
    page = world.read("dc", 0, 2)
    assert [entry.number for entry, _ in page.entries] == [1, 2]
    assert (page.next, page.first) == (2, 1)
    assert world.read("dc", 3, 2).next == 3


def test_a_moment_is_a_place_to_begin_unless_that_was_read() -> None:
    world = FeedWorld()
    world.happen(answer("e1"), answer("e2"), answer("e3"))
    numbers = [e.number for e, _ in world.read("dc", 0, 10, since=2.0).entries]
    assert numbers == [2, 3]
    assert [e.number for e, _ in world.read("dc", 2, 10, since=2.0).entries] == [3]


@pytest.mark.parametrize("type_", [*ANSWERS, *OF_MEMBERS])
def test_every_event_that_is_fed_has_its_branch_or_person_and_no_ticket(
    type_: str,
) -> None:
    raw = (EXAMPLES / f"{type_}.json").read_bytes()
    event = to_feed_event(msgspec.json.decode(raw, type=Envelope))
    assert event.branch_id or event.person_id
    assert event.is_answer == (type_ in ANSWERS)
    assert "ticket" not in event.data
