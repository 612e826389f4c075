"""The sandbox: classes that are none, by whose ids a branch chooses its outcomes.

A chunk that names them changes nothing, and nobody but its branch sees it.
"""

import re
from collections.abc import Sequence

from fields import Illegal
from fields.texts import restore_cell

from enrollment.domain.change_row import REPLACE, ChangeRow
from enrollment.domain.changes import (
    DONE,
    reject_change,
    settle_change,
    tell_change,
)
from enrollment.domain.enrolment import SEATED, enrolment_id
from enrollment.domain.errors import RowsRefused
from enrollment.domain.roster import (
    ALREADY,
    ENROLLED,
    WAITLISTED,
    Outcome,
    Row,
    reject_row,
)

PREFIX = "sandbox-"
"""How the ids of its classes begin; those of real ones are made here and do not."""
OPEN, FULL, SEATED_ALREADY = "sandbox-open", "sandbox-full", "sandbox-already"
CLOSED, DUPLICATE = "sandbox-closed", "sandbox-duplicate"
SLOW = re.compile(r"sandbox-slow(?:-(\d{1,2}))?")
SLOW_SECONDS, MOST_SECONDS = 5, 60
"""As long as a chunk takes behind others on a busy morning, unless another time is
named; a minute is longer than any client should wait on an open line."""
REFUSED_KEY = "sandbox-refused-"
"""How a key begins for which a whole message is refused; the reason follows."""


def is_sandbox(class_ids: Sequence[str]) -> bool:
    """Whether rows with these classes are tried in the sandbox.

    Rows without a class go with the others. Raises RowsRefused where real classes
    stand beside those of the sandbox.
    """
    named = [_read_cell(class_id) for class_id in class_ids]
    tried = [name.startswith(PREFIX) for name in named]
    if not any(tried):
        return False
    for place, (name, is_tried) in enumerate(zip(named, tried, strict=True)):
        if name and not is_tried:
            raise RowsRefused(f"rows/{place}/class_id", "sandbox-mixed")
    return True


def seconds_to_wait(class_ids: Sequence[str]) -> int:
    """How long a chunk of the sandbox is left lying before it is decided."""
    slow = [match for id_ in class_ids if (match := SLOW.fullmatch(_read_cell(id_)))]
    asked = [int(match[1]) if match[1] else SLOW_SECONDS for match in slow]
    return min(max(asked, default=0), MOST_SECONDS)


def reason_of_key(key: str, known: Sequence[str]) -> str:
    """The reason of those known for which a key wants its message refused, the longest
    that it names; empty for any other key."""
    if not key.startswith(REFUSED_KEY):
        return ""
    wanted = key.removeprefix(REFUSED_KEY)
    named = [reason for reason in known if wanted.startswith(reason)]
    return max(named, key=len, default="")


def decide_row(row: Row, class_id: str, notes: tuple[str, ...]) -> Outcome:
    """The outcome of a row of a roster, by the class that it names."""
    if class_id == CLOSED:
        return reject_row(row, "class-closed")
    if class_id == DUPLICATE:
        return reject_row(row, "duplicate-row", other=row.number)
    taken = {OPEN: ENROLLED, FULL: WAITLISTED, SEATED_ALREADY: ALREADY}
    if SLOW.fullmatch(class_id):
        taken[class_id] = ENROLLED
    if class_id not in taken:
        return reject_row(row, "class-unknown")
    id_ = _made_up_id(class_id, row.number)
    return Outcome(row.number, taken[class_id], enrolment_id=id_, notes=notes)


def decide_change(change: ChangeRow) -> Outcome:
    """The outcome of a change, by the class that it names; without one it is done."""
    class_id = _read_cell(change.class_id) or OPEN
    if class_id == CLOSED:
        return reject_change(change, "class-closed")
    if class_id == FULL and change.action == REPLACE:
        return reject_change(change, "quota-full")
    is_known = class_id in (OPEN, FULL, SEATED_ALREADY) or SLOW.fullmatch(class_id)
    if not is_known:
        return reject_change(change, "class-unknown")
    id_ = _made_up_id(class_id, change.number)
    return settle_change(change, class_id != SEATED_ALREADY, id_)


def answer_ask(change: ChangeRow) -> Outcome:
    """What is asked of the sandbox: somebody has a seat there, or a class has some."""
    class_id = _read_cell(change.class_id) or OPEN
    known = (OPEN, FULL, SEATED_ALREADY, CLOSED)
    if class_id not in known and not SLOW.fullmatch(class_id):
        return reject_change(change, "class-unknown")
    if not change.member_no:
        seats = {"class_id": class_id, "capacity": 30, "taken": 2}
        seats |= {"own_seated": 1, "own_waiting": 0}
        state: dict[str, object] = {"members": 1, "seats": [seats]}
    else:
        id_ = _made_up_id(class_id, change.number)
        place = {"class_id": class_id, "state": SEATED, "enrolment_id": id_}
        state = {"places": [place]}
    return tell_change(change, Outcome(change.number, DONE, state=state))


def _read_cell(cell: str) -> str:
    """A cell as it was typed; one that a spreadsheet broke names no class."""
    try:
        return restore_cell(cell)
    except Illegal:
        return cell


def _made_up_id(class_id: str, number: int) -> str:
    return enrolment_id(class_id, f"nobody-{number}", 1)
