"""Several participants leave a class together, and come back within some days."""

import datetime
from collections.abc import Sequence
from dataclasses import replace

import pytest
from enrollment.domain.enrolment import SEATED, WAITING, WITHDRAWN
from enrollment.domain.people import Branch
from enrollment.domain.withdrawals import last_return_day, withdrawal_key
from enrollment.usecases.decide_seats import DecideSeats
from enrollment.usecases.find_returnable import find_returnable
from enrollment.usecases.ports import Scope
from enrollment.usecases.withdraw_participants import (
    ReachParticipants,
    Return,
    ReturnParticipants,
    Withdrawal,
    WithdrawParticipants,
)

from tests.unit.enrollment.fakes import TODAY, Crash
from tests.unit.enrollment.merging_world import MergingWorld
from tests.unit.enrollment.scopes import ALL, below
from tests.unit.enrollment.world import NOW, a_book, a_row, require_agreement

MIDNIGHT_AT_COLLEGE = datetime.datetime(2026, 11, 23, 16, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)


class Together:
    """A class of two seats with four who want one: 1 and 2 of the school, seated, 3 of
    the east and 4 of the west, waiting."""

    def __init__(self) -> None:
        self.world = MergingWorld(a_book(2), a_book(9, class_id="c2"))
        self.now = NOW
        for number, branch in enumerate(("dc-school", "dc-school", "dc", "xc"), 1):
            self.world.send(f"k{number}", a_row(number), branch=branch)
        world = self.world
        seats = DecideSeats(world.books, world.enrolments, lambda: self.now)
        reach = ReachParticipants(
            world.branches, world.people, world.merges, world.enrolments
        )
        self.leave = WithdrawParticipants(
            reach, world.enrolments, world.finished, seats, world.audit
        )
        self.come_back = ReturnParticipants(reach, world.enrolments, seats, world.audit)

    def person(self, number: int) -> str:
        rows = self.world.people.memberships.values()
        return next(m.person_id for m in rows if m.member_no == f"M{number}")

    def id(self, number: int, attempt: int = 1) -> str:
        return f"c1.{self.person(number)}.{attempt}"

    def ids(self, *numbers: int) -> list[str]:
        return [self.id(number) for number in numbers]

    def states(self, *numbers: int) -> list[str]:
        states = self.world.states()
        return [states[self.person(number)] for number in numbers]

    def withdraw(
        self, ids: Sequence[str], scope: Scope = ALL, key: str = "w1", at: str = "c1"
    ) -> Withdrawal:
        return self.leave("a", scope, at, key, ids)

    def give_back(
        self, ids: Sequence[str], scope: Scope = ALL, at: str = "c1"
    ) -> Return:
        return self.come_back("a", scope, at, ids)


@pytest.fixture
def tried() -> Together:
    return Together()


def test_several_leave_in_one_decision_and_their_seats_go_to_who_waits(
    tried: Together,
) -> None:
    result = tried.withdraw(tried.ids(1, 2))
    assert result == Withdrawal(tried.ids(1, 2), [], [])
    assert tried.states(1, 2, 3, 4) == [WITHDRAWN, WITHDRAWN, SEATED, SEATED]
    require_agreement(tried.world)


def test_who_waits_can_leave_too_and_gets_no_seat_meanwhile(tried: Together) -> None:
    tried.withdraw(tried.ids(1, 3))
    assert tried.states(1, 2, 3, 4) == [WITHDRAWN, SEATED, WITHDRAWN, SEATED]
    require_agreement(tried.world)


def test_who_has_finished_stays_and_is_named_as_such(tried: Together) -> None:
    tried.world.finished.rows.add((tried.person(1), "c1"))
    result = tried.withdraw(tried.ids(1, 2))
    assert result == Withdrawal(tried.ids(2), tried.ids(1), [])
    assert tried.states(1, 2) == [SEATED, WITHDRAWN]


def test_who_finished_under_a_merged_record_stays(tried: Together) -> None:
    tried.world.send("k9", a_row(9, class_id="c2"), branch="dc")
    tried.world.merge(tried.person(9), tried.person(1))
    tried.world.finished.rows.add((tried.person(9), "c1"))
    assert tried.withdraw(tried.ids(1)).finished == tried.ids(1)
    assert tried.states(1) == [SEATED]


@pytest.mark.parametrize("branch", ["xc", "dc-school"])
def test_beyond_the_border_nobody_leaves(tried: Together, branch: str) -> None:
    result = tried.withdraw(tried.ids(3), below(branch))
    assert result == Withdrawal([], [], tried.ids(3))
    assert tried.states(3) == [WAITING]
    assert tried.world.audit.lines == []


def test_of_several_only_those_within_the_border_leave(tried: Together) -> None:
    result = tried.withdraw(tried.ids(1, 3, 4), below("dc"))
    assert result == Withdrawal(tried.ids(1, 3), [], tried.ids(4))
    assert tried.states(4) == [SEATED]


def test_whom_the_branch_holds_no_longer_it_withdraws_no_longer(
    tried: Together,
) -> None:
    held = tried.world.people.memberships["dc-school:M1"]
    tried.world.people.put_membership(held.end_term(TODAY))
    result = tried.withdraw(tried.ids(1), below("dc"))
    assert result == Withdrawal([], [], tried.ids(1))
    assert tried.states(1) == [SEATED]
    assert tried.withdraw(tried.ids(1)).left == tried.ids(1)


def test_of_another_class_of_nobody_and_twice_counts_as_once_or_unknown(
    tried: Together,
) -> None:
    asked = [tried.id(1), "c1.nobody.1", tried.id(1)]
    assert tried.withdraw(asked).unknown == ["c1.nobody.1"]
    assert tried.withdraw(tried.ids(2), at="c2") == Withdrawal([], [], tried.ids(2))
    assert tried.states(1, 2) == [WITHDRAWN, SEATED]


def test_the_same_key_again_changes_nothing_and_another_finds_nobody(
    tried: Together,
) -> None:
    first = tried.withdraw(tried.ids(1))
    assert tried.withdraw(tried.ids(1)) == first
    assert tried.withdraw(tried.ids(1), key="w2").unknown == tried.ids(1)
    assert len(tried.world.audit.lines) == 2
    require_agreement(tried.world)


def test_undone_those_who_left_have_seats_again_or_wait(tried: Together) -> None:
    tried.withdraw(tried.ids(1, 2))
    tried.world.seats.withdraw(tried.id(4))
    result = tried.give_back(tried.ids(1, 2))
    assert result == Return([tried.id(1)], [tried.id(2)], [])
    assert tried.states(1, 2, 3) == [SEATED, WAITING, SEATED]
    require_agreement(tried.world)


def test_undone_twice_nobody_is_in_twice(tried: Together) -> None:
    tried.withdraw(tried.ids(1))
    assert tried.give_back(tried.ids(1)) == tried.give_back(tried.ids(1))
    assert tried.world.standing(tried.person(1)) == [tried.id(1, 2)]
    require_agreement(tried.world)


def test_who_left_again_is_not_given_back_by_the_first_withdrawal(
    tried: Together,
) -> None:
    tried.withdraw(tried.ids(3))
    tried.give_back(tried.ids(3))
    tried.withdraw([tried.id(3, 2)], key="w2")
    assert tried.give_back(tried.ids(3)) == Return([], [], tried.ids(3))
    assert tried.states(3) == [WITHDRAWN]
    assert tried.give_back([tried.id(3, 2)]).waiting == [tried.id(3, 2)]


def test_who_left_by_themselves_is_not_given_back(tried: Together) -> None:
    tried.world.seats.withdraw(tried.id(1))
    assert tried.give_back(tried.ids(1)) == Return([], [], tried.ids(1))


def test_it_is_undone_on_the_seventh_day_and_not_on_the_eighth(
    tried: Together,
) -> None:
    tried.withdraw(tried.ids(1))
    tried.now = MIDNIGHT_AT_COLLEGE + 7 * DAY
    assert tried.give_back(tried.ids(1)) == Return([], [], tried.ids(1))
    tried.now -= datetime.timedelta(seconds=1)
    assert tried.give_back(tried.ids(1)).unknown == []


def test_beyond_the_border_nobody_is_given_back(tried: Together) -> None:
    tried.withdraw(tried.ids(1))
    held = tried.world.people.memberships["dc-school:M1"]
    assert tried.give_back(tried.ids(1), below("xc")).unknown == tried.ids(1)
    tried.world.people.put_membership(held.end_term(TODAY))
    assert tried.give_back(tried.ids(1), below("dc")).unknown == tried.ids(1)
    assert tried.states(1) == [WITHDRAWN]


def test_what_a_higher_branch_or_the_college_withdrew_a_lower_one_does_not_undo(
    tried: Together,
) -> None:
    by = dict.fromkeys((1, 2), ALL) | {1: below("dc")}
    for number, scope in by.items():
        tried.withdraw(tried.ids(number), scope, key=f"w{number}")
        school = below("dc-school")
        assert tried.give_back(tried.ids(number), school).unknown == tried.ids(number)
    assert tried.give_back(tried.ids(2), below("dc")).unknown == tried.ids(2)
    assert tried.give_back(tried.ids(1), below("dc")).unknown == []
    assert tried.give_back(tried.ids(2)).unknown == []


def test_until_when_is_told_to_who_may_undo_it(tried: Together) -> None:
    tried.withdraw(tried.ids(1), below("dc"))
    rows = [tried.world.enrolments.rows[id_] for id_ in tried.ids(1, 2)]
    for scope, told in ((below("dc-school"), []), (below("dc"), [1]), (ALL, [1])):
        found = find_returnable(tried.world.branches, scope, rows)
        assert found == set(tried.ids(*told))


def test_a_withdrawal_of_before_branches_were_noted_is_undone_by_who_sees_it(
    tried: Together,
) -> None:
    tried.withdraw(tried.ids(1))
    rows = tried.world.enrolments.rows
    old, _, _ = rows[tried.id(1)].left_by.rpartition("/")
    rows[tried.id(1)] = replace(rows[tried.id(1)], left_by=old)
    assert tried.give_back(tried.ids(1), below("dc-school")).unknown == []


def test_what_an_own_or_a_lower_branch_withdrew_is_undone(tried: Together) -> None:
    school = below("dc-school")
    tried.withdraw(tried.ids(1), school)
    assert tried.give_back(tried.ids(1), school).unknown == []
    tried.withdraw(tried.ids(2), school, key="w2")
    assert tried.give_back(tried.ids(2), below("bj")).unknown == []


def test_who_comes_back_counts_for_the_branch_that_holds_them_now(
    tried: Together,
) -> None:
    tried.withdraw(tried.ids(1, 2))
    held = tried.world.people.memberships["dc-school:M1"]
    tried.world.people.put_membership(held.end_term(TODAY))
    moved = replace(held, branch_id="xc", since=TODAY, until="")
    tried.world.people.put_membership(moved)
    tried.world.branches.rows["dc-school"] = Branch(
        "dc-school", "学校", ("bj", "xc", "dc-school")
    )
    tried.give_back(tried.ids(1, 2))
    rows = tried.world.enrolments.rows
    assert rows[tried.id(1, 2)].line == ("bj", "xc")
    assert rows[tried.id(2, 2)].line == ("bj", "xc", "dc-school")


def test_who_is_in_under_a_merged_record_is_not_given_back_beside_it(
    tried: Together,
) -> None:
    tried.withdraw(tried.ids(1))
    tried.world.merge(tried.person(2), tried.person(1))
    assert tried.give_back(tried.ids(1)) == Return([], [], tried.ids(1))
    assert tried.world.standing(tried.person(1), tried.person(2)) == [tried.id(2)]


def test_the_enrolment_says_until_when_it_can_come_back(tried: Together) -> None:
    tried.withdraw(tried.ids(1))
    rows = tried.world.enrolments.rows
    assert rows[tried.id(1)].returns_until == "2026-11-30"
    assert rows[tried.id(2)].returns_until == ""
    tried.world.seats.withdraw(tried.id(2))
    assert rows[tried.id(2)].returns_until == ""


@pytest.mark.parametrize("left_by", ["", "withdrawals/k1", "withdraw/x", "bj/k1/2"])
def test_no_other_decision_reads_as_one_that_can_be_undone(left_by: str) -> None:
    assert last_return_day(left_by) is None


def test_a_key_with_anything_in_it_still_names_its_day() -> None:
    day, odd = datetime.date(2026, 12, 28), "a/b/@withdrawals/2020-01-01"
    key = withdrawal_key(day, "o/2020-01-01", odd)
    assert last_return_day(key) == datetime.date(2027, 1, 4)


def test_what_is_done_about_people_stands_in_the_audit_log(tried: Together) -> None:
    tried.withdraw(tried.ids(1, 2))
    tried.give_back(tried.ids(1))
    acts = [(who, what) for who, what, _, _ in tried.world.audit.lines]
    assert acts == [("a", "participants-withdrawn"), ("a", "participant-returned")]


def test_wherever_the_process_dies_the_repeat_ends_right() -> None:
    for steps in range(1, 40):
        tried = Together()
        tried.world.die_after(steps)
        died = False
        try:
            tried.withdraw(tried.ids(1, 2))
        except Crash:
            died = True
        tried.world.repair()
        assert set(tried.withdraw(tried.ids(1, 2)).left) == set(tried.ids(1, 2))
        require_agreement(tried.world)
        if not died:
            return
    pytest.fail("It never came to its end.")


def test_two_who_send_the_same_key_decide_each_for_themselves() -> None:
    day = datetime.date(2026, 12, 28)
    keys = {withdrawal_key(day, who, "k") for who in ("east", "west", "east\nk")}
    assert len(keys) == 3
