"""Asking to join: one request a human and class, decided by who holds the person."""

import datetime
from dataclasses import replace

import pytest
from enrollment.domain.enrolment import SEATED, WAITING, WITHDRAWN
from enrollment.domain.errors import (
    AlreadyDecided,
    AlreadyEnrolled,
    BranchToAsk,
    FieldIllegal,
    NotOpen,
    RequestLapsed,
    RequestPending,
    UnknownClass,
    UnknownRequest,
)
from enrollment.domain.events import RequestDecided, RequestMade
from enrollment.domain.join_request import (
    APPROVED,
    LAPSED,
    PENDING,
    REFUSED,
    JoinRequest,
)
from enrollment.domain.join_request import WITHDRAWN as TAKEN_BACK
from enrollment.domain.roster import Chunk
from enrollment.usecases.ask_to_join import Asking
from enrollment.usecases.delete_person import DeletePerson
from enrollment.usecases.find_holdings import find_holdings
from enrollment.usecases.leave_class import LeaveClass

from tests.unit.enrollment.fakes import Crash
from tests.unit.enrollment.joining_world import JoiningWorld
from tests.unit.enrollment.personal_records import WorldRecords
from tests.unit.enrollment.scopes import ALL, below
from tests.unit.enrollment.test_delete_person import NothingIssued
from tests.unit.enrollment.world import a_book, a_row, require_agreement

LAST_DAY = "2026-11-23"
EAST = below("dc")


@pytest.fixture
def world() -> JoiningWorld:
    made = JoiningWorld(replace(a_book(2), ends_on=LAST_DAY))
    for person in ("p1", "p2", "p3"):
        made.add_member(person)
    return made


def decisions(world: JoiningWorld) -> list[str]:
    return [e.decision for e in world.requests.told if isinstance(e, RequestDecided)]


def test_an_approved_request_brings_a_seat(world: JoiningWorld) -> None:
    asked = world.ask("p1", why="岗位需要")
    assert (asked.state, asked.branch_id, asked.why) == (PENDING, "dc", "岗位需要")
    assert world.states() == {}
    assert world.approve(asked.id).state == APPROVED
    assert world.states() == {"p1": SEATED}
    assert decisions(world) == [APPROVED]
    [brought] = world.enrolments.rows.values()
    assert (brought.chunk_id, brought.line) == (asked.seat_key, ("bj", "dc"))
    require_agreement(world)


def test_in_a_full_class_approval_means_the_waiting_list(world: JoiningWorld) -> None:
    world.enrol("k1", "x", "y")
    world.approve(world.ask("p1").id)
    assert world.states()["p1"] == WAITING
    require_agreement(world)


def test_a_refusal_has_a_reason_which_no_event_tells(world: JoiningWorld) -> None:
    asked = world.ask("p1")
    with pytest.raises(FieldIllegal):
        world.refuse(asked.id, reason="")
    assert world.refuse(asked.id, reason="名额留给一线").reason == "名额留给一线"
    assert decisions(world) == [REFUSED]
    assert "名额留给一线" not in repr(world.requests.told)
    assert world.states() == {}
    [(own, branch)] = world.finding.find_own("p1")
    assert (own.state, own.reason) == (REFUSED, "名额留给一线")
    assert branch == world.branches.rows["dc"]


def test_who_was_refused_may_ask_again_and_the_old_round_is_over(
    world: JoiningWorld,
) -> None:
    first = world.ask("p1")
    world.refuse(first.id)
    again = world.ask("p1", why="再试一次")
    assert (again.round, again.state, again.reason) == (2, PENDING, "")
    with pytest.raises(UnknownRequest):
        world.approve(first.id)
    assert world.states() == {}
    world.approve(again.id)
    assert world.states() == {"p1": SEATED}


def test_one_human_has_one_pending_request_in_a_class(world: JoiningWorld) -> None:
    world.ask("p1")
    with pytest.raises(RequestPending):
        world.ask("p1")
    assert len([e for e in world.requests.told if isinstance(e, RequestMade)]) == 1


def test_two_records_of_one_human_ask_once(world: JoiningWorld) -> None:
    world.ask("p2")
    world.merge("p1", "p2")
    with pytest.raises(RequestPending):
        world.ask("p1")


def test_once_two_are_two_again_a_request_of_one_does_not_end_the_others(
    world: JoiningWorld,
) -> None:
    world.add_member("p2", "dc-school")
    world.merge("p1", "p2")
    asked = world.asking("p1", Asking("c1", "dc-school"))
    assert asked.person_id == "p2"
    world.unmerge("p1", "p2")
    own = world.ask("p1")
    assert world.pending(EAST) == ["p2", "p1"]
    with pytest.raises(RequestPending):
        world.ask("p1")
    world.approve(asked.id)
    world.approve(own.id)
    assert world.states() == {"p1": SEATED, "p2": SEATED}
    require_agreement(world)


def test_both_asked_before_they_were_merged_and_get_one_seat(
    world: JoiningWorld,
) -> None:
    first, second = world.ask("p1"), world.ask("p2")
    world.merge("p1", "p2")
    assert world.approve(first.id).state == APPROVED
    assert world.approve(second.id).state == APPROVED, "the human is in the class"
    assert world.standing("p1", "p2") == ["c1.p1.1"]
    require_agreement(world)


def test_who_is_in_the_class_or_waits_has_nothing_to_ask(world: JoiningWorld) -> None:
    world.enrol("k1", "p1", "x", "p2")
    for person in ("p1", "p2"):
        with pytest.raises(AlreadyEnrolled):
            world.ask(person)
    world.merge("p1", "p3")
    with pytest.raises(AlreadyEnrolled):
        world.ask("p3")


def test_who_left_the_class_may_ask(world: JoiningWorld) -> None:
    world.approve(world.ask("p1").id)
    world.seats.withdraw("c1.p1.1")
    world.approve(world.ask("p1").id)
    assert world.states() == {"p1": SEATED}
    assert sorted(world.enrolments.rows) == ["c1.p1.1", "c1.p1.2"]


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        (datetime.datetime(2026, 11, 23, 15, 59, tzinfo=datetime.UTC), True),
        (datetime.datetime(2026, 11, 23, 16, 0, tzinfo=datetime.UTC), False),
    ],
)
def test_a_class_takes_requests_until_midnight_of_its_last_day_at_the_college(
    world: JoiningWorld, moment: datetime.datetime, is_open: bool
) -> None:
    waiting = world.ask("p2")
    world.now = moment
    if is_open:
        world.approve(waiting.id)
        world.ask("p1")
        return
    with pytest.raises(NotOpen):
        world.ask("p1")
    with pytest.raises(RequestLapsed):
        world.approve(waiting.id)
    assert (world.states(), decisions(world)) == ({}, [LAPSED])


def test_nobody_asks_for_a_class_that_catalog_does_not_know(
    world: JoiningWorld,
) -> None:
    with pytest.raises(UnknownClass):
        world.asking("p1", Asking("c9"))
    world.catalog.rows["c9"] = a_book(1, class_id="c9")
    asked = world.asking("p1", Asking("c9"))
    world.approve(asked.id)
    assert world.states("c9") == {"p1": SEATED}, "the class was opened just now"


def test_who_is_in_several_branches_chooses_one(world: JoiningWorld) -> None:
    world.add_member("p1", "xc")
    with pytest.raises(BranchToAsk):
        world.ask("p1")
    with pytest.raises(BranchToAsk):
        world.ask("p1", branch="bj")
    asked = world.ask("p1", branch="xc")
    assert world.pending(below("xc")) == ["p1"]
    assert world.pending(EAST) == []
    with pytest.raises(UnknownRequest):
        world.approve(asked.id, EAST)
    assert world.approve(asked.id, below("xc")).state == APPROVED


def test_who_is_in_no_open_branch_can_ask_nobody(world: JoiningWorld) -> None:
    world.end_membership("p1")
    with pytest.raises(BranchToAsk):
        world.ask("p1")
    world.branches.rows["dc"] = replace(world.branches.rows["dc"], closed=True)
    with pytest.raises(BranchToAsk):
        world.ask("p2")
    with pytest.raises(BranchToAsk):
        world.ask("")


@pytest.mark.parametrize(
    ("scope", "may"), [("dc", True), ("bj", True), ("dc-school", False), ("xc", False)]
)
def test_the_branch_and_those_above_it_decide_and_nobody_else(
    world: JoiningWorld, scope: str, may: bool
) -> None:
    asked = world.ask("p1")
    assert world.pending(below(scope)) == (["p1"] if may else [])
    if may:
        assert world.approve(asked.id, below(scope)).state == APPROVED
        return
    for decide in (world.approve, world.refuse):
        with pytest.raises(UnknownRequest):
            decide(asked.id, below(scope))
    assert world.finding.find_own("p1")[0][0].state == PENDING


def test_a_branch_decides_only_while_it_holds_the_person(world: JoiningWorld) -> None:
    asked = world.ask("p1")
    world.end_membership("p1")
    world.add_member("p1", "xc")
    assert world.pending(ALL) == []
    for scope in (EAST, below("xc"), ALL):
        with pytest.raises(UnknownRequest):
            world.approve(asked.id, scope)
    assert world.states() == {}
    [(own, _)] = world.finding.find_own("p1")
    assert own.state == LAPSED, "seen before it is written down"
    again = world.ask("p1")
    assert (again.branch_id, again.round) == ("xc", 2)
    world.approve(again.id, below("xc"))
    assert world.states() == {"p1": SEATED}


def test_what_nobody_may_decide_lapses_by_itself_and_is_told_once(
    world: JoiningWorld,
) -> None:
    world.ask("p1"), world.ask("p2")
    world.end_membership("p1")
    while world.lapse():
        pass
    assert decisions(world) == [LAPSED]
    world.pass_time(days=1)
    for _ in range(3):
        world.lapse()
    assert decisions(world) == [LAPSED, LAPSED]
    assert {r.state for _, r in world.requests.rows.values()} == {LAPSED}


def test_who_asked_takes_it_back_while_nobody_has_decided(world: JoiningWorld) -> None:
    asked = world.ask("p1")
    with pytest.raises(UnknownRequest):
        world.withdrawing("p2", asked.id)
    for _ in range(2):
        assert world.withdrawing("p1", asked.id).state == TAKEN_BACK
    assert decisions(world) == [TAKEN_BACK]
    for decide in (world.approve, world.refuse):
        with pytest.raises(AlreadyDecided):
            decide(asked.id)
    decided = world.ask("p2")
    world.approve(decided.id)
    with pytest.raises(AlreadyDecided):
        world.withdrawing("p2", decided.id)
    assert world.states() == {"p2": SEATED}


def test_the_same_decision_again_changes_nothing_another_is_refused(
    world: JoiningWorld,
) -> None:
    asked = world.ask("p1")
    world.approve(asked.id)
    assert world.approve(asked.id, by="other").decided_by == "o"
    with pytest.raises(AlreadyDecided):
        world.refuse(asked.id)
    assert decisions(world) == [APPROVED]
    assert [line[1] for line in world.audit.lines] == ["request-approved"]


@pytest.mark.parametrize("seed", range(40))
def test_two_decide_at_once_and_one_of_them_has_decided(seed: int) -> None:
    world = JoiningWorld(a_book(1))
    world.steps.chance.seed(seed)
    world.steps.switching = 0.4
    world.add_member("p1")
    asked, outcomes = world.ask("p1"), list[str]()

    def decide(how: str) -> None:
        try:
            decided = {
                "yes": world.approve,
                "no": world.refuse,
                "back": lambda id_: world.withdrawing("p1", id_),
            }[how](asked.id)
            outcomes.append(decided.state)
        except AlreadyDecided:
            outcomes.append("late")

    world.steps.run_all([lambda h=h: decide(h) for h in ("yes", "no", "yes", "back")])  # type: ignore[misc]
    [(_, stored)] = world.requests.rows.values()
    assert set(outcomes) - {"late"} == {stored.state} == set(decisions(world))
    assert world.states() == ({"p1": SEATED} if stored.state == APPROVED else {})
    require_agreement(world)


@pytest.mark.parametrize("seed", range(20))
def test_many_are_approved_while_a_roster_takes_the_last_seats(seed: int) -> None:
    world = JoiningWorld(a_book(6))
    world.steps.chance.seed(seed)
    people = [f"p{number}" for number in range(8)]
    for person in people:
        world.add_member(person)
    ids = [world.ask(person).id for person in people]
    chunk = world.put("k1", *(a_row(number) for number in range(1, 6)))
    world.steps.switching = 0.3
    jobs = [lambda id_=id_: world.approve(id_) for id_ in ids]  # type: ignore[misc]
    world.steps.run_all([*jobs, lambda: world.decide(chunk)])
    states = world.states()
    assert len(states) == 13
    assert sum(state == SEATED for state in states.values()) == 6
    assert decisions(world) == [APPROVED] * 8
    require_agreement(world)


@pytest.mark.parametrize("steps", range(1, 45))
def test_whoever_dies_while_approving_is_followed_by_the_worker(steps: int) -> None:
    world = JoiningWorld(a_book(1))
    world.add_member("p1")
    asked = world.ask("p1")
    world.die_after(steps)
    try:
        world.approve(asked.id)
    except Crash:
        world.repair()
        world.pass_time(minutes=2)
        world.settle()
    world.repair()
    [(_, stored)] = world.requests.rows.values()
    if stored.state == PENDING:
        assert world.states() == {}
        world.approve(asked.id)
    assert world.states() == {"p1": SEATED}
    assert decisions(world) == [APPROVED]
    assert len(world.enrolments.rows) == 1
    assert not world.settle()


def test_who_left_the_branch_between_yes_and_the_seat_gets_none(
    world: JoiningWorld,
) -> None:
    asked = world.ask("p1")
    approved = asked.approve("o", 1.0, 2.0)
    assert approved is not None
    world.requests.change(asked.stored_id, lambda _: approved)
    world.end_membership("p1")
    world.settle()
    assert (world.states(), decisions(world)) == ({}, [LAPSED])


def test_what_was_decided_is_listed_while_the_branch_holds_the_person(
    world: JoiningWorld,
) -> None:
    world.approve(world.ask("p1").id)
    world.pass_time(minutes=1)
    world.refuse(world.ask("p2").id)
    world.pass_time(days=1)  # the class is over: what was decided is shown still

    def decided() -> list[tuple[str, str]]:
        found, _ = world.finding.find_decided(EAST, (1e12, ""), 100)
        return [(one.request.person_id, one.seat) for one in found]

    assert decided() == [("p2", ""), ("p1", SEATED)]
    world.end_membership("p1")
    assert decided() == [("p2", "")]


class JoiningRecords(WorldRecords):
    """What says who a person is, with what people asked."""

    def __init__(self, world: JoiningWorld) -> None:
        super().__init__(world)
        self.requests = world.requests

    def find_chunks(self) -> list[Chunk]:
        return []

    def find_requests(self, person_id: str) -> list[JoinRequest]:
        return self.requests.find_by_people([person_id])

    def delete_requests(self, person_id: str) -> None:
        for one in self.find_requests(person_id):
            del self.requests.rows[one.stored_id]


def test_what_was_asked_is_shown_to_the_person_and_goes_with_them(
    world: JoiningWorld,
) -> None:
    asked, decided = world.ask("p1", why="家里有事"), world.ask("p2")
    world.refuse(decided.id, reason="先学别的")
    records = JoiningRecords(world)

    def kinds(person_id: str) -> list[str]:
        found = find_holdings(world.people, world.enrolments, records, person_id)
        return [kind.kind for kind in found]

    assert "join-requests" in kinds("p1")
    leave = LeaveClass(world.enrolments, NothingIssued(), world.seats)
    delete = DeletePerson(world.people, world.enrolments, records, leave, world.audit)
    for person in ("p1", "p2"):
        delete(person, "staff")
        assert "join-requests" not in kinds(person)
    assert world.requests.rows == {}
    with pytest.raises(UnknownRequest):
        world.approve(asked.id, ALL)
    with pytest.raises(BranchToAsk):
        world.ask("p1")
    assert world.states() == {}


def test_who_is_deleted_while_approved_gets_no_seat(world: JoiningWorld) -> None:
    asked = world.ask("p1")
    approved = asked.approve("o", 1.0, 2.0)
    assert approved is not None
    world.requests.change(asked.stored_id, lambda _: approved)
    WorldRecords(world).delete_memberships("p1")
    world.settle()
    assert world.states() == {}


def test_pages_follow_one_another_without_gaps(world: JoiningWorld) -> None:
    for number in range(7):
        world.add_member(f"q{number}", "xc" if number % 2 else "dc-school")
        world.ask(f"q{number}")
    place, seen = (0.0, ""), list[str]()
    while True:
        found, following = world.finding.find_pending(EAST, place, 2)
        seen += [one.request.person_id for one in found]
        if following is None:
            break
        place = following
    assert seen == ["q0", "q2", "q4", "q6"]


def test_a_seat_given_meanwhile_by_a_roster_is_what_was_asked_for(
    world: JoiningWorld,
) -> None:
    asked = world.ask("p1")
    world.enrol("k1", "p1")
    assert world.approve(asked.id).state == APPROVED
    assert sorted(world.enrolments.rows) == ["c1.p1.1"]
    assert world.states() != {"p1": WITHDRAWN}
