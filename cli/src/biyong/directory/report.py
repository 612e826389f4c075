"""What a synchronisation found and did, for people and for programs."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from biyong.directory.carrying_out import Done
from biyong.directory.content import DirectoryBranch
from biyong.directory.plan import REJECTED, UNCHANGED, Asked, Plan, PlannedPerson

Json = dict[str, Any]
SHOWN = 50
"""Lines of one kind on a screen; `--json` has all."""


def to_json(plan: Plan, done: Done | None, asked: Asked) -> Json:
    """Everything; of people neither name nor number but the member number."""
    report: Json = {
        "dry_run": done is None,
        "nothing_to_do": not plan.has_changes(asked),
        "branches": {
            "new": [branch.id for branch in plan.new_branches],
            "renamed": [branch.id for branch in plan.renamed_branches],
            "moved": [
                {"id": there.id, "there": there.parent, "here": here.parent}
                for there, here in plan.moved_branches
            ],
            "missing": plan.missing_branches,
        },
        "people": {
            "counts": dict(Counter(person.outcome for person in plan.people)),
            "rows": [_to_row(p) for p in plan.people if p.outcome != UNCHANGED],
            "to_mark": len(plan.marks),
        },
        "missing": {
            "people": [
                {
                    "person_id": person.person_id,
                    "memberships": list(person.memberships),
                    "from_directory": bool(person.mark.entry),
                    "state": person.mark.state,
                }
                for person in plan.missing
            ],
            "memberships": plan.left_memberships,
            "percent": round(plan.missing_percent, 2),
        },
        "faults": [
            {"entry": fault.dn, "reason": fault.reason} for fault in plan.content.faults
        ],
    }
    if done is not None:
        report["done"] = {
            "branches": done.branches,
            "renamed": done.renamed,
            "moved": done.moved,
            "counts": dict(Counter(person.outcome for person in done.people)),
            "rejected": [_to_row(p) for p in done.people if p.outcome == REJECTED],
            "marked": done.marked,
            "not_marked": done.unmarked,
            "disabled": done.disabled,
        }
    return report


def _to_row(planned: PlannedPerson) -> Json:
    row = {
        "branch": planned.person.branch_id,
        "member_no": planned.person.member_no,
        "outcome": planned.outcome,
        "reason": planned.reason,
        "detail": planned.detail,
        "fields": list(planned.fields),
    }
    return {name: value for name, value in row.items() if value}


def to_lines(plan: Plan, done: Done | None, asked: Asked) -> Iterator[str]:
    """The report for a screen."""
    yield from _cut("new branch", (b.id for b in plan.new_branches))
    renamed = (f"{b.id}: {b.name!r}" for b in plan.renamed_branches)
    yield from _cut("branch has another name", renamed)
    moved = (_compare(there, here) for there, here in plan.moved_branches)
    yield from _cut("branch is elsewhere, --move-branches moves it", moved)
    yield from _cut("branch is missing there", plan.missing_branches)
    for outcome, count in sorted(Counter(p.outcome for p in plan.people).items()):
        yield f"people {outcome}: {count}"
    yield from _cut("changed", (_name(p) for p in plan.people if p.fields))
    yield from _cut("rejected", (_name(p) for p in plan.people if p.reason))
    yield f"people to mark as from the directory: {len(plan.marks)}"
    yield from _cut(
        "missing there",
        (
            f"{', '.join(person.memberships)} ({_describe(person.mark.state)}"
            f"{', from the directory' if person.mark.entry else ''})"
            for person in plan.missing
        ),
    )
    yield from _cut("membership is missing there", plan.left_memberships)
    yield from _cut(
        "entry left out", (f"{f.reason}: {f.dn}" for f in plan.content.faults)
    )
    if done is None:
        return
    yield from _cut("created branch", done.branches)
    yield from _cut("renamed branch", done.renamed)
    yield from _cut("moved branch", done.moved)
    for outcome, count in sorted(Counter(p.outcome for p in done.people).items()):
        yield f"done, people {outcome}: {count}"
    rejected = (p for p in done.people if p.outcome == REJECTED)
    yield from _cut("done, rejected", map(_name, rejected))
    yield f"done, marked: {done.marked}"
    yield from _cut("not marked", (f"{i}: {o}" for i, o in done.unmarked.items()))
    yield from _cut("disabled", done.disabled)


def _cut(title: str, lines: Iterable[str]) -> Iterator[str]:
    """The first lines of a kind, and how many more there are."""
    all_lines = list(lines)
    for line in all_lines[:SHOWN]:
        yield f"{title}: {line}"
    if len(all_lines) > SHOWN:
        yield f"{title}: {len(all_lines) - SHOWN} more, see --json"


def _name(planned: PlannedPerson) -> str:
    why = planned.reason or ", ".join(planned.fields)
    return f"{planned.person.branch_id} {planned.person.member_no}: {why}"


def _compare(there: DirectoryBranch, here: DirectoryBranch) -> str:
    return f"{there.id}: below {there.parent or '-'} there, {here.parent or '-'} here"


def _describe(state: str) -> str:
    return state or "no account"
