"""People and the branches that they are members of."""

import hashlib
import hmac
from dataclasses import dataclass

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


@dataclass(frozen=True)
class Branch:
    """A grass-roots union. `line` leads from the root down to itself."""

    id: str
    name: str
    line: tuple[str, ...]

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
    """A person who learns. Phone and ID number leave only by signed request."""

    id: str
    name: str
    phone: str
    id_number: str = ""
    email: str = ""


@dataclass(frozen=True)
class Membership:
    """A person in a branch, from a day and, once ended, until a day (ISO dates)."""

    person_id: str
    branch_id: str
    member_no: str
    since: str
    until: str = ""

    @property
    def id(self) -> str:
        """A member number is unique in its branch."""
        return membership_id(self.branch_id, self.member_no)


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
