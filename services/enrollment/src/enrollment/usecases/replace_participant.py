"""Replace a participant of a class by somebody else, as who sees both asks."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from fields import Illegal
from fields.codes import plain_member_number

from enrollment.domain.change_row import REPLACE, ChangeRow
from enrollment.domain.changes import ChangeRefused, NotReplaced
from enrollment.domain.enrolment import Enrolment
from enrollment.domain.errors import UnknownEnrolment
from enrollment.domain.people import Branch, Membership, membership_id
from enrollment.usecases.change_parts import AskedChange, ChangeParts
from enrollment.usecases.people_ports import Groups
from enrollment.usecases.ports import Audit, Scope
from enrollment.usecases.replace_member import ReplaceMember
from enrollment.usecases.withdraw_participants import ReachParticipants

PREFIX = "@replacements"
"""No branch's id begins so, and with such an id the keys of all its chunks begin."""
DIGITS = 32


@dataclass(frozen=True)
class Newcomer:
    """Who comes: a member number in a branch, the leaver's where none is named. Name
    and phone may be empty where the branch has this member already."""

    member_no: str
    branch_id: str = ""
    name: str = ""
    phone: str = ""
    email: str = ""
    id_number: str = ""


class ReplaceParticipant:
    """The same decision as a branch's own replacement, asked by an enrolment."""

    def __init__(
        self,
        reach: ReachParticipants,
        parts: ChangeParts,
        replace_member: ReplaceMember,
        audit: Audit,
    ) -> None:
        self.reach, self.parts = reach, parts
        self.replace_member, self.audit = replace_member, audit

    def __call__(
        self,
        who: str,
        scope: Scope,
        class_id: str,
        enrolment_id: str,
        key: str,
        by: Newcomer,
    ) -> Enrolment:
        """The newcomer's enrolment. The same key again changes nothing more.

        Raises UnknownEnrolment, NotReplaced.
        """
        reached = self.reach(scope, class_id, [enrolment_id])
        groups = self.reach.find_groups(reached)
        leaver = self._find_leaver(scope, reached, groups)
        if leaver is None:
            raise UnknownEnrolment("没有这个报名，或不在本单位之下：请刷新后再看")
        membership, branch = leaver
        decision = _replacement_key(who, key, enrolment_id)
        asked = AskedChange(
            self._write_change(scope, class_id, membership, by),
            scope.branch or branch.line[0],
            decision,
            decision,
        )
        self.audit.add(
            who,
            "participant-replaced",
            membership.person_id,
            key=f"{class_id}/{decision}",
            enrolment=enrolment_id,
        )
        try:
            outcome = self.replace_member(asked)
        except ChangeRefused as refused:
            raise NotReplaced(refused.reason) from refused
        except Illegal as illegal:
            raise NotReplaced(illegal.reason) from illegal
        brought = self.parts.enrolments.get(outcome.enrolment_id)
        if brought is None:
            raise NotReplaced("send-again")
        return brought

    def _find_leaver(
        self, scope: Scope, reached: Sequence[Enrolment], groups: Groups
    ) -> tuple[Membership, Branch] | None:
        """The membership by which who leaves is reached, of the branch that enrolled
        them before others."""
        if not reached:
            return None
        [enrolment] = reached
        group = list(groups[enrolment.person_id])
        active = self._find_active(group)
        named = self.parts.branches.find_by_ids(sorted({m.branch_id for m in active}))
        held = [
            (m, named[m.branch_id])
            for m in active
            if m.branch_id in named and scope.covers(named[m.branch_id].line)
        ]
        held.sort(key=lambda one: one[1].id != enrolment.branch_id)
        return held[0] if held else None

    def _find_active(self, person_ids: Sequence[str]) -> list[Membership]:
        people = self.parts.people
        return people.pick_active(people.find_memberships_of(list(person_ids)))

    def _write_change(
        self, scope: Scope, class_id: str, leaver: Membership, by: Newcomer
    ) -> ChangeRow:
        """The row that a branch would send; of a member whom the branch has, what is
        not written is as it is known."""
        branch_id = by.branch_id or leaver.branch_id
        name, phone = by.name.strip(), by.phone.strip()
        if not name or not phone:
            known = self._find_member(scope, branch_id, by.member_no)
            name, phone = name or known[0], phone or known[1]
        return ChangeRow(
            1,
            REPLACE,
            class_id,
            leaver.member_no,
            leaver.branch_id,
            branch_id,
            by.member_no,
            name=name,
            phone=phone,
            email=by.email,
            id_number=by.id_number,
        )

    def _find_member(
        self, scope: Scope, branch_id: str, member_no: str
    ) -> tuple[str, str]:
        """Name and phone of a member today within the scope; empty where there is
        none, so that beyond it nothing is told."""
        try:
            id_ = membership_id(branch_id, plain_member_number(member_no))
        except Illegal:
            return "", ""
        held = self.parts.people.find_memberships([id_]).get(id_)
        branch = self.parts.branches.get(branch_id)
        if held is None or branch is None or not scope.covers(branch.line):
            return "", ""
        if not self.parts.people.pick_active([held]):
            return "", ""
        person = self.parts.people.find_by_ids([held.person_id]).get(held.person_id)
        return (person.name, person.phone) if person else ("", "")


def _replacement_key(who: str, key: str, enrolment_id: str) -> str:
    digest = hashlib.sha256(f"{who}\n{enrolment_id}\n{key}".encode()).hexdigest()
    return f"{PREFIX}/{digest[:DIGITS]}"
