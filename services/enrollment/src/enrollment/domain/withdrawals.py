"""Withdrawals of several participants together, which can be undone for some days.

The day and the branch of who decided stand in the key of the decision, so that the
enrolment itself says until when it is undone, and by whom.
"""

import datetime
import hashlib

RETURN_DAYS = 7
"""As long as a roster that was taken back can be redone."""
DIGITS = 32
PREFIX = "@withdrawals"
"""No branch's id begins so, and with such an id the keys of all its chunks begin."""


COLLEGE = ""
"""In place of a branch, where the college itself decided."""


def withdrawal_key(
    day: datetime.date, who: str, key: str, branch_id: str | None = None
) -> str:
    """The key of a decision that withdraws several, made by somebody on a day of the
    college: two people's forms may bear the same. `branch_id` is how far they saw, None
    for the college."""
    digest = hashlib.sha256(f"{who}\n{key}".encode()).hexdigest()[:DIGITS]
    return f"{PREFIX}/{day.isoformat()}/{digest}/{branch_id or COLLEGE}"


def withdrawing_branch(left_by: str) -> str | None:
    """The branch of who made such a decision, COLLEGE for the college; None where it
    was no such decision, or one of before that was noted."""
    parts = left_by.split("/")
    return parts[3] if parts[0] == PREFIX and len(parts) == 4 else None


def last_return_day(left_by: str) -> datetime.date | None:
    """Until when, that day included, who left by this decision may be given back; None
    where it was no such decision."""
    prefix, _, rest = left_by.partition("/")
    if prefix != PREFIX:
        return None
    day, _, _ = rest.partition("/")
    return datetime.date.fromisoformat(day) + datetime.timedelta(days=RETURN_DAYS)


def return_key(enrolment_id: str) -> str:
    """The key of the decision that gives one of them back: once for each attempt."""
    return f"return/{enrolment_id}"
