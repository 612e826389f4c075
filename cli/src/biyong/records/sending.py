"""Sending records: whom each line means is asked, then they go in small batches."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from biyong.door import Door, Refused
from biyong.records.file import RecordLine

AT_ONCE = 10
"""Lines of one call: each may bring a certificate, and the door waits 15 seconds, also
on a machine that is busy with much else."""
NOT_FOUND, SEVERAL, NOBODY_NAMED = "unknown-person", "several-people", "person-missing"
IMPORTS = ("learning", "records", "imports")
REFUSED = "refused"


@dataclass
class LineOutcome:
    """What became of a line."""

    line: int
    outcome: str
    reason: str = ""


@dataclass
class PeopleAsked:
    """The people whom lines mean, each asked for once."""

    door: Door
    found: dict[tuple[str, str, str], str] = field(default_factory=dict)

    def find(self, line: RecordLine) -> str:
        """The id of the person whom a line means. Raises LookupError with a reason."""
        if person := line.get("person"):
            return person
        asked = (line.get("phone"), line.get("branch"), line.get("member_no"))
        if not asked[0] and not (asked[1] and asked[2]):
            raise LookupError(NOBODY_NAMED)
        if asked not in self.found:
            self.found[asked] = self._ask(*asked)
        return self.found[asked]

    def _ask(self, phone: str, branch: str, member_no: str) -> str:
        """Raises LookupError; Refused and Away where that is no answer about a line."""
        body = {"phone": phone} if phone else {}
        if branch and member_no and not phone:
            body = {"branch_id": branch, "member_no": member_no}
        try:
            people = self.door.ask("POST", "enrollment", "people", "find", body=body)
        except Refused as refused:
            if refused.slug != "field-illegal":
                raise
            raise LookupError(NOT_FOUND) from refused
        if len(people) != 1:
            raise LookupError(SEVERAL if people else NOT_FOUND)
        return str(people[0]["person_id"])


def send_records(
    door: Door,
    lines: Sequence[RecordLine],
    source: str,
    *,
    dry_run: bool = False,
    tell: Callable[[int], None] = lambda _: None,
) -> Iterator[LineOutcome]:
    """What became of each line, batch by batch; sent again, nothing counts twice.

    `tell` hears how many lines are done. Raises Refused, Away.
    """
    people, done = PeopleAsked(door), 0
    for start in range(0, len(lines), AT_ONCE):
        batch = lines[start : start + AT_ONCE]
        sent: list[dict[str, Any]] = []
        for line in batch:
            try:
                sent.append(_to_body(line, people))
            except LookupError as error:
                yield LineOutcome(line.line, REFUSED, str(error))
        if sent:
            body = {"source": source, "dry_run": dry_run, "lines": sent}
            answer = door.ask("POST", *IMPORTS, body=body)
            yield from (LineOutcome(**outcome) for outcome in answer["lines"])
        done += len(batch)
        tell(done)


def _to_body(line: RecordLine, people: PeopleAsked) -> dict[str, Any]:
    """A line as learning takes it. Raises LookupError with the reason it cannot be."""
    if line.fault or line.completed_at is None:
        raise LookupError(line.fault)
    return {
        "line": line.line,
        "person_id": people.find(line),
        "course_id": line.get("course"),
        "class_id": line.get("class"),
        "completed_at": line.completed_at.isoformat(),
        "hours": line.hours,
    }
