"""Withdrawals of several participants together, which can be undone for some days.

The day stands in the key of the decision, so that the enrolment itself says until when.
"""

import datetime
import hashlib

RETURN_DAYS = 7
"""As long as a roster that was taken back can be redone."""
DIGITS = 32
PREFIX = "@withdrawals"
"""No branch's id begins so, and with such an id the keys of all its chunks begin."""


def withdrawal_key(day: datetime.date, who: str, key: str) -> str:
    """The key of a decision that withdraws several, made by somebody on a day of the
    college: two people's forms may bear the same."""
    digest = hashlib.sha256(f"{who}\n{key}".encode()).hexdigest()[:DIGITS]
    return f"{PREFIX}/{day.isoformat()}/{digest}"


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
