"""What a synchronisation would do, found out without changing anything."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from biyong.directory.content import Content, DirectoryBranch, DirectoryPerson
from biyong.directory.platform import Mark, Platform, in_pieces
from biyong.faults import Fault

UNCHANGED, REJECTED = "unchanged", "rejected"
NEW_BRANCH = "in-new-branch"
"""Of people whose branch is not there yet: what becomes of them is known when it is."""


@dataclass(frozen=True)
class Asked:
    """What is done only if asked: accounts of the missing are disabled, and branches
    are moved, by which others see their people."""

    disabling: bool = False
    moving: bool = False


@dataclass(frozen=True)
class PlannedPerson:
    """A person of the directory, and what would become of the row."""

    person: DirectoryPerson
    outcome: str
    person_id: str = ""
    reason: str = ""
    detail: str = ""
    fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class MissingPerson:
    """A person of the platform whom the directory does not have."""

    person_id: str
    memberships: tuple[str, ...]
    mark: Mark

    @property
    def can_be_disabled(self) -> bool:
        """Whether the person came from the directory and still can sign in."""
        return self.mark.is_live and bool(self.mark.account)


@dataclass
class Plan:
    """Branches that are new, to be renamed, elsewhere (there, here), or only here;
    people by what would become of them; persons to mark as from the directory; those
    who are missing there, and memberships that are, of people who are not."""

    content: Content
    new_branches: list[DirectoryBranch] = field(default_factory=list)
    renamed_branches: list[DirectoryBranch] = field(default_factory=list)
    moved_branches: list[tuple[DirectoryBranch, DirectoryBranch]] = field(
        default_factory=list
    )
    missing_branches: list[str] = field(default_factory=list)
    people: list[PlannedPerson] = field(default_factory=list)
    marks: dict[str, str] = field(default_factory=dict)
    missing: list[MissingPerson] = field(default_factory=list)
    left_memberships: list[str] = field(default_factory=list)
    marked_count: int = 0

    @property
    def to_disable(self) -> list[MissingPerson]:
        """Those whom `--disable-missing` disables."""
        return [person for person in self.missing if person.can_be_disabled]

    @property
    def missing_percent(self) -> float:
        """How many of those who came from the directory are missing there."""
        gone = sum(1 for person in self.missing if person.mark.is_live)
        return 100.0 * gone / self.marked_count if self.marked_count else 0.0

    @property
    def to_write(self) -> list[PlannedPerson]:
        """People of whom anything is to be written but a mark."""
        return [p for p in self.people if p.outcome not in {UNCHANGED, REJECTED}]

    def has_changes(self, asked: Asked) -> bool:
        """Whether carrying it out would change anything."""
        changes = [self.new_branches, self.renamed_branches, self.to_write, self.marks]
        changes += [self.to_disable] if asked.disabling else []
        changes += [self.moved_branches] if asked.moving else []
        return any(changes)

    def has_faults(self, asked: Asked) -> bool:
        """Whether somebody should look at something."""
        is_rejected = any(person.outcome == REJECTED for person in self.people)
        is_unmoved = bool(self.moved_branches) and not asked.moving
        return bool(self.content.faults) or is_unmoved or is_rejected


def make_plan(content: Content, platform: Platform) -> Plan:
    """Compare the directory with the platform. Raises Refused, Away, Fault."""
    plan = Plan(content)
    here = platform.find_branches()
    senders = find_senders(content.branches)
    unknown = set(senders.values()) - {*senders, *here}
    if unknown:
        raise Fault(f"the platform has no branch {unknown.pop()}: correct `below`")
    _compare_branches(plan, here, set(senders.values()))
    for sender in sorted(set(senders.values())):
        people = [p for p in content.people if senders[p.branch_id] == sender]
        plan.people += _plan_people(platform, sender, people, here)
    _compare_people(plan, platform, [s for s in set(senders.values()) if s in here])
    return plan


def find_senders(branches: Sequence[DirectoryBranch]) -> dict[str, str]:
    """By branch, the topmost above it: it speaks for all below, so that one human in
    two of them is known as one."""
    senders: dict[str, str] = {}
    for branch in branches:
        senders[branch.id] = senders.get(branch.parent, branch.parent or branch.id)
    return senders


def _compare_branches(
    plan: Plan, here: dict[str, DirectoryBranch], senders: set[str]
) -> None:
    there = {branch.id: branch for branch in plan.content.branches}
    for branch in plan.content.branches:
        if branch.id not in here:
            plan.new_branches.append(branch)
        else:
            _compare_branch(plan, branch, here[branch.id])
    for id_, branch in here.items():
        if id_ not in there and id_ not in senders:
            above = branch
            while above.parent in here and above.id not in senders:
                above = here[above.parent]
            if above.id in senders:
                plan.missing_branches.append(id_)


def _compare_branch(plan: Plan, there: DirectoryBranch, here: DirectoryBranch) -> None:
    if there.name != here.name:
        plan.renamed_branches.append(there)
    if there.parent != here.parent:
        plan.moved_branches.append((there, here))


def _plan_people(
    platform: Platform,
    sender: str,
    people: Iterable[DirectoryPerson],
    here: dict[str, DirectoryBranch],
) -> list[PlannedPerson]:
    planned: list[PlannedPerson] = []
    known: list[DirectoryPerson] = []
    for person in people:
        if sender in here and person.branch_id in here:
            known.append(person)
        else:
            planned.append(PlannedPerson(person, NEW_BRANCH))
    for piece in in_pieces(known):
        outcomes = platform.register_people(sender, piece, dry_run=True)
        planned += map(plan_person, piece, outcomes)
    return planned


def plan_person(person: DirectoryPerson, outcome: dict[str, Any]) -> PlannedPerson:
    """A person with the platform's outcome."""
    return PlannedPerson(
        person,
        outcome["outcome"],
        outcome.get("person_id", ""),
        outcome.get("reason", ""),
        outcome.get("detail", ""),
        tuple(outcome.get("fields", ())),
    )


def _compare_people(plan: Plan, platform: Platform, senders: Iterable[str]) -> None:
    """Who is to be marked, and who and what is missing in the directory.

    Somebody is there whose row names them, whatever became of it, or whose entry is.
    """
    there = {person.membership for person in plan.content.people}
    entries = {person.entry for person in plan.content.people if person.entry}
    by_person = {p.person_id: p.person.entry for p in plan.people if p.person_id}
    memberships: dict[str, list[str]] = {}
    for sender in sorted(senders):
        for member in platform.find_members(sender):
            memberships.setdefault(member.person_id, []).append(member.id)
    marks = platform.find_marks(sorted({*by_person, *memberships}))
    plan.marked_count = sum(1 for mark in marks.values() if mark.is_live)
    plan.marks = {
        id_: entry
        for id_, entry in by_person.items()
        if entry and marks.get(id_, Mark()).entry != entry
    }
    for person_id, ids in sorted(memberships.items()):
        mark = marks.get(person_id, Mark())
        is_there = person_id in by_person or mark.entry in entries
        gone = [id_ for id_ in ids if id_ not in there]
        if is_there or len(gone) < len(ids):
            plan.left_memberships += gone
        else:
            plan.missing.append(MissingPerson(person_id, tuple(ids), mark))
