"""Transfer a person from one branch to another from a day on; leaving; returning."""

import datetime
from dataclasses import dataclass, replace

from fields import Illegal
from fields.codes import plain_member_number

from enrollment.domain.errors import (
    FieldIllegal,
    NothingToMove,
    NotMember,
    NumberTaken,
)
from enrollment.domain.people import Membership, PersonChange, membership_id
from enrollment.domain.roster import WHAT_TO_DO
from enrollment.usecases.change_branch import require_open
from enrollment.usecases.correct_person import Corrector
from enrollment.usecases.create_branch import branch_within
from enrollment.usecases.find_people import require_person
from enrollment.usecases.ports import Audit, Branches, Now, People

LEFT, JOINED = "left-branch", "joined-branch"
MOVED = "membership-moved"
"""What the audit log calls either."""


@dataclass(frozen=True)
class Transfer:
    """Which branch a person leaves, which one they join under which number, and from
    which day on (an ISO date). Either branch may be empty."""

    leaves: str
    joins: str
    member_no: str
    day: str


class TransferMember:
    """By who sees both branches. What was earned and enrolled stays as it was."""

    def __init__(
        self, branches: Branches, people: People, now: Now, audit: Audit
    ) -> None:
        self.branches, self.people, self.now = branches, people, now
        self.audit = audit

    def __call__(self, by: Corrector, person_id: str, wanted: Transfer) -> bool:
        """Join first, so that at no moment nobody holds the person.

        False if it stood so already: repeating it changes nothing. Raises
        UnknownPerson, UnknownBranch, NotMember, NothingToMove, NumberTaken,
        FieldIllegal, BranchClosed.
        """
        if not wanted.leaves and not wanted.joins:
            raise NothingToMove("请写明离开哪个单位，或加入哪个单位")
        day = _read_day(wanted.day)
        require_person(self.branches, self.people, by.scope, person_id)
        theirs = self.people.find_memberships_of([person_id])
        left = self._memberships_left(by, theirs, wanted.leaves)
        moved = self._find_joined(by, person_id, replace(wanted, day=day))
        moved += [
            membership.end_term(day)
            for membership in left
            if not membership.until or membership.until > day
        ]
        if moved:
            self._note(by, person_id, replace(wanted, day=day))
        for membership in moved:
            self.people.put_membership(membership)
        return bool(moved)

    def _memberships_left(
        self, by: Corrector, theirs: list[Membership], branch_id: str
    ) -> list[Membership]:
        if not branch_id:
            return []
        branch_within(self.branches, branch_id, by.scope)
        found = [m for m in theirs if m.branch_id == branch_id]
        if not found:
            raise NotMember("这位学员不是这个单位的会员：请核对单位")
        return found

    def _find_joined(
        self, by: Corrector, person_id: str, wanted: Transfer
    ) -> list[Membership]:
        """The membership as it is to begin, or begin again; none where it stands."""
        if not wanted.joins:
            return []
        branch = branch_within(self.branches, wanted.joins, by.scope)
        require_open(branch)
        try:
            number = plain_member_number(wanted.member_no)
        except Illegal as illegal:
            advice = WHAT_TO_DO[illegal.reason]
            raise FieldIllegal(advice, "member_no", illegal.reason) from illegal
        id_ = membership_id(branch.id, number)
        known = self.people.find_memberships([id_]).get(id_)
        if known is not None and known.person_id != person_id:
            raise NumberTaken("这个会员号在该单位已有人用：请核对会员号")
        if known is None:
            return [Membership(person_id, branch.id, number, wanted.day)]
        return [known.begin_again(wanted.day)] if known.has_ended(wanted.day) else []

    def _note(self, by: Corrector, person_id: str, wanted: Transfer) -> None:
        """Both lines come before the change: a crash in between leaves one too many."""
        branches = {"leaves": wanted.leaves, "joins": wanted.joins}
        self.audit.add(
            by.account_id,
            MOVED,
            person_id,
            key=f"transfer-{person_id}-{by.request_id}",
            day=wanted.day,
            **{name: branch for name, branch in branches.items() if branch},
        )
        at = self.now().isoformat(timespec="seconds")
        what = [LEFT] if wanted.leaves else []
        what += [JOINED] if wanted.joins else []
        self.people.note_change(
            PersonChange(person_id, by.account_id, by.request_id, tuple(what), at)
        )


def _read_day(text: str) -> str:
    try:
        return datetime.date.fromisoformat(text.strip()).isoformat()
    except ValueError as error:
        advice = "请填日期，如 2026-11-28"
        raise FieldIllegal(advice, "day", "day-invalid") from error
