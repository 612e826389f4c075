"""A participant is replaced by whoever sees both, in one decision of the seat book."""

from dataclasses import replace
from functools import partial

import pytest
from enrollment.domain.changes import NotReplaced
from enrollment.domain.enrolment import SEATED, WAITING, WITHDRAWN
from enrollment.domain.errors import UnknownEnrolment
from enrollment.usecases.change_parts import ChangeParts
from enrollment.usecases.decide_changes import build_validate
from enrollment.usecases.name_people import WritePeople
from enrollment.usecases.ports import Scope
from enrollment.usecases.replace_member import ReplaceMember
from enrollment.usecases.replace_participant import Newcomer, ReplaceParticipant
from enrollment.usecases.withdraw_participants import ReachParticipants

from tests.unit.enrollment.changes_world import ChangesWorld
from tests.unit.enrollment.fakes import TODAY
from tests.unit.enrollment.scopes import ALL, below
from tests.unit.enrollment.world import NOW, a_book, a_row, require_agreement

NEW = Newcomer("M20", name="张20", phone="13800000020")
EAST = below("dc")


class Replacing:
    """A class of one seat: M1 of the east is in, M2 waits, M9 is in another class, X1
    is a member of the west."""

    def __init__(self) -> None:
        self.world = world = ChangesWorld(a_book(1), a_book(9, class_id="c2"))
        world.send("k1", a_row(1), a_row(2), a_row(3, 9, class_id="c2"))
        west = a_row(1, 50, class_id="c2", member_no="X1")
        world.send("k2", west, branch="xc")
        parts = ChangeParts(
            world.branches,
            world.people,
            world.books,
            world.enrolments,
            world.audit,
            world.merges,
            world.finished,
            lambda: NOW,
        )
        write = WritePeople(world.people, parts.now, world.audit)
        validate = build_validate(parts, world.catalog, b"secret")
        reach = ReachParticipants(
            world.branches, world.people, world.merges, world.enrolments
        )
        member = ReplaceMember(parts, validate, write)
        self.act = ReplaceParticipant(reach, parts, member, world.audit)

    def id(self, member_no: str, class_id: str = "c1") -> str:
        return f"{class_id}.{self.world.person_of(member_no)}.1"

    def replace(
        self, leaver: str, by: Newcomer, scope: Scope = EAST, key: str = "k"
    ) -> str:
        """The state of the newcomer's enrolment."""
        return self.act("a", scope, "c1", self.id(leaver), key, by).state


@pytest.fixture
def tried() -> Replacing:
    return Replacing()


def test_a_new_person_gets_the_seat_and_who_waits_goes_on_waiting(
    tried: Replacing,
) -> None:
    assert tried.replace("M1", NEW) == SEATED
    states = [tried.world.state_of(f"M{n}") for n in (1, 2, 20)]
    assert states == [WITHDRAWN, WAITING, SEATED]
    assert [line[:2] for line in tried.world.audit.lines][-1] == (
        "a",
        "participant-replaced",
    )
    require_agreement(tried.world)


def test_a_member_is_meant_by_the_number_alone(tried: Replacing) -> None:
    assert tried.replace("M1", Newcomer("M9")) == SEATED
    assert tried.world.state_of("M9") == SEATED


def test_the_same_form_twice_replaces_once(tried: Replacing) -> None:
    seen = {tried.act("a", EAST, "c1", tried.id("M1"), "k", NEW).id for _ in range(2)}
    assert len(seen) == 1
    lines = [line for line in tried.world.audit.lines if "replaced" in line[1]]
    assert len(lines) == 1
    require_agreement(tried.world)


def test_a_stale_form_with_another_newcomer_changes_nothing(tried: Replacing) -> None:
    tried.replace("M1", NEW)
    with pytest.raises(NotReplaced) as refused:
        tried.replace("M1", Newcomer("M9"), key="stale")
    assert refused.value.members == {"reason": "not-enrolled"}
    assert tried.world.state_of("M9") == ""


@pytest.mark.parametrize("scope", [below("xc"), below("dc-school")])
def test_beyond_the_border_nobody_is_replaced(tried: Replacing, scope: Scope) -> None:
    with pytest.raises(UnknownEnrolment):
        tried.replace("M1", NEW, scope)
    assert tried.world.state_of("M1") == SEATED


def test_whom_the_branch_holds_no_longer_it_does_not_replace(tried: Replacing) -> None:
    held = tried.world.people.memberships["dc:M1"]
    tried.world.people.put_membership(held.end_term(TODAY))
    for scope in (EAST, ALL):
        with pytest.raises(UnknownEnrolment):
            tried.replace("M1", NEW, scope)


def test_of_a_member_beyond_the_border_nothing_is_told_or_done(
    tried: Replacing,
) -> None:
    by = Newcomer("X1", "xc")
    with pytest.raises(NotReplaced):
        tried.replace("M1", by)
    assert tried.world.state_of("M1") == SEATED
    assert tried.replace("M1", by, ALL, "staff") == SEATED


@pytest.mark.parametrize(
    ("leaver", "by", "reason"),
    [
        ("M2", NEW, "no-seat-to-pass"),
        ("M1", Newcomer("M2"), "newcomer-enrolled"),
        ("M1", Newcomer("M1"), "replaces-itself"),
        ("M1", Newcomer("M77"), "name-missing"),
        ("M1", replace(NEW, phone="1"), "phone-invalid"),
        ("M1", replace(NEW, member_no="M9"), "member-number-taken"),
    ],
)
def test_what_cannot_be_says_why_and_changes_nothing(
    tried: Replacing, leaver: str, by: Newcomer, reason: str
) -> None:
    with pytest.raises(NotReplaced) as refused:
        tried.replace(leaver, by)
    assert refused.value.members == {"reason": reason}
    assert tried.world.state_of("M1") == SEATED
    assert tried.world.state_of("M2") == WAITING


def test_who_has_finished_is_not_replaced(tried: Replacing) -> None:
    tried.world.finished.rows.add((tried.world.person_of("M1"), "c1"))
    with pytest.raises(NotReplaced) as refused:
        tried.replace("M1", NEW)
    assert refused.value.members == {"reason": "finished"}


def test_who_left_comes_back_by_being_the_newcomer(tried: Replacing) -> None:
    tried.replace("M1", NEW)
    back = partial(tried.act, "a", EAST, "c1", tried.id("M20"), "back")
    assert back(Newcomer("M1")).state == SEATED
    assert tried.world.state_of("M20") == WITHDRAWN
    require_agreement(tried.world)
