"""People and the branches that they are members of."""

import datetime
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

COLLEGE_ZONE = datetime.timezone(datetime.timedelta(hours=8))
"""Asia/Shanghai, which has no summer time: a class is over when its last day is."""
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


@dataclass(frozen=True)
class Branch:
    """A grass-roots union. `line` leads from the root down to itself.

    One that is `closed` sends no rosters; what is there stays readable.
    """

    id: str
    name: str
    line: tuple[str, ...]
    closed: bool = False

    @property
    def parent(self) -> str:
        """The branch above, or empty at the root."""
        return self.line[-2] if len(self.line) > 1 else ""

    def is_within(self, branch_id: str) -> bool:
        """Whether the branch is that one or lies below it."""
        return branch_id in self.line


def root_branch(id_: str, name: str) -> Branch:
    """A branch with none above it."""
    return Branch(id_, name, (id_,))


def branch_below(parent: Branch, id_: str, name: str) -> Branch:
    """A branch under another."""
    return Branch(id_, name, (*parent.line, id_))


@dataclass(frozen=True)
class Person:
    """A person who learns. Phone and ID number leave only by signed request.

    Of a deleted one there is the id alone, so that nobody gets it again.
    """

    id: str
    name: str
    phone: str
    id_number: str = ""
    email: str = ""
    revision: int = 0
    """Rises with every change of the fields above: what an editor has seen."""
    deleted_on: str = ""

    @property
    def is_deleted(self) -> bool:
        """Whether the id is all that is left."""
        return bool(self.deleted_on)

    def with_fields(self, fields: Mapping[str, str]) -> "Person":
        """The person with some of the written fields otherwise."""
        written: Mapping[str, Any] = fields
        return replace(self, **written)


@dataclass(frozen=True)
class Membership:
    """A person in a branch, from a day and, once ended, until a day (ISO dates), on
    which it is over. `past` are terms before this one: who left may return."""

    person_id: str
    branch_id: str
    member_no: str
    since: str
    until: str = ""
    past: tuple[tuple[str, str], ...] = ()

    @property
    def id(self) -> str:
        """A member number is unique in its branch."""
        return membership_id(self.branch_id, self.member_no)

    def is_active(self, day: str) -> bool:
        """Whether the branch holds the person on a day."""
        return self.since[:10] <= day and (not self.until or day < self.until)

    def has_ended(self, day: str) -> bool:
        """Whether it was over before or on a day."""
        return bool(self.until) and self.until <= day

    def end_term(self, day: str) -> "Membership":
        """The membership until a day; one that had not begun by then never was."""
        return replace(self, until=max(day, self.since[:10]))

    def begin_again(self, day: str) -> "Membership":
        """The membership from another day on, the term before remembered."""
        past = (*self.past, (self.since, self.until))
        return replace(self, since=day, until="", past=past)


@dataclass(frozen=True)
class PersonChange:
    """A change of a person: which fields, by whom, for what.

    `by` is a branch or an account, `source` the row or request that asked, so that
    the same change again is the same line. Values are not kept.
    """

    person_id: str
    by: str
    source: str
    fields: tuple[str, ...]
    at: str

    @property
    def id(self) -> str:
        """The id of a change: one for each person that a row or request changes."""
        return f"{self.person_id}/{self.source}"


def membership_id(branch_id: str, member_no: str) -> str:
    """The id of a member number in a branch."""
    return f"{branch_id}:{member_no}"


def person_id(secret: bytes, branch_id: str, phone: str, id_number: str) -> str:
    """The opaque id of a person whom a branch names first, by ID number or phone.

    Keyed, so that nobody without the secret can go from a number to an id. The branch
    is part of it: what an unrelated branch says of the same number stays apart until
    somebody proves that both mean one human.
    """
    number = f"id:{id_number}" if id_number else f"phone:{phone}"
    digest = hmac.new(secret, f"{branch_id}/{number}".encode(), hashlib.sha256)
    return "p" + "".join(ALPHABET[byte & 31] for byte in digest.digest()[:20])


def next_person_id(secret: bytes, id_: str) -> str:
    """The id of whoever is named by the number of a person who was deleted."""
    digest = hmac.new(secret, f"after/{id_}".encode(), hashlib.sha256)
    return "p" + "".join(ALPHABET[byte & 31] for byte in digest.digest()[:20])


def branch_of_membership(id_: str) -> str:
    """The branch in the id of a membership; no member number has a colon."""
    return id_.rpartition(":")[0]


def college_day(moment: datetime.datetime | None = None) -> str:
    """The day at the college, an ISO date: now, or at a moment."""
    now = moment or datetime.datetime.now(datetime.UTC)
    return now.astimezone(COLLEGE_ZONE).date().isoformat()
