"""A plan is carried out, in an order in which it may break off and begin anew."""

from collections.abc import Callable
from dataclasses import dataclass, field

from biyong.directory.content import DirectoryPerson
from biyong.directory.plan import (
    REJECTED,
    UNCHANGED,
    Asked,
    Plan,
    PlannedPerson,
    find_senders,
    plan_person,
)
from biyong.directory.platform import Platform, in_pieces

MARKED, SAME = "marked", "unchanged"


@dataclass
class Done:
    """What was done: branches created, renamed and moved, what became of people, how
    many were marked, who could not be, and whose accounts were disabled."""

    branches: list[str] = field(default_factory=list)
    renamed: list[str] = field(default_factory=list)
    moved: list[str] = field(default_factory=list)
    people: list[PlannedPerson] = field(default_factory=list)
    marked: int = 0
    unmarked: dict[str, str] = field(default_factory=dict)
    disabled: list[str] = field(default_factory=list)

    @property
    def has_faults(self) -> bool:
        """Whether the platform did not take something."""
        is_rejected = any(person.outcome == REJECTED for person in self.people)
        return bool(self.unmarked) or is_rejected


def carry_out(
    plan: Plan,
    platform: Platform,
    asked: Asked,
    progress: Callable[[int], None] = lambda count: None,
) -> Done:
    """Branches, then people, then accounts. Raises Refused, Away; then run it again.

    `progress` hears how many people were brought.
    """
    done = Done()
    for branch in plan.new_branches:
        platform.create_branch(branch)
        done.branches.append(branch.id)
    for branch in plan.renamed_branches:
        platform.rename_branch(branch.id, branch.name)
        done.renamed.append(branch.id)
    for there, _ in plan.moved_branches if asked.moving else ():
        platform.move_branch(there.id, there.parent)
        done.moved.append(there.id)
    senders = find_senders(plan.content.branches)
    waiting = [planned.person for planned in plan.to_write]
    waiting += _only_marked(plan)
    for sender in sorted({senders[person.branch_id] for person in waiting}):
        people = [p for p in waiting if senders[p.branch_id] == sender]
        for piece in in_pieces(people):
            _bring_people(platform, sender, piece, done)
            progress(len(done.people))
    if asked.disabling:
        for person in plan.to_disable:
            platform.disable_account(person.mark.account)
            done.disabled.append(person.person_id)
    return done


def _only_marked(plan: Plan) -> list[DirectoryPerson]:
    """People who are as they should be, but for their mark."""
    return [
        planned.person
        for planned in plan.people
        if planned.outcome == UNCHANGED and planned.person_id in plan.marks
    ]


def _bring_people(
    platform: Platform, sender: str, people: list[DirectoryPerson], done: Done
) -> None:
    """People are marked before they are registered: whoever has a password in the
    directory gets no letter that offers another."""
    before = platform.register_people(sender, people, dry_run=True)
    entries: dict[str, str] = {}
    for person, outcome in zip(people, before, strict=True):
        if person.entry and outcome.get("person_id"):
            entries[outcome["person_id"]] = person.entry
    marks = platform.put_marks(entries)
    done.marked += sum(1 for outcome in marks.values() if outcome == MARKED)
    done.unmarked |= {i: o for i, o in marks.items() if o not in {MARKED, SAME}}
    after = platform.register_people(sender, people, dry_run=False)
    done.people += map(plan_person, people, after)
