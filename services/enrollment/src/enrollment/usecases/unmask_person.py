"""Somebody looks at a person's numbers in full, for a reason that is written down."""

from dataclasses import dataclass

from enrollment.domain.errors import UnmaskingRefused
from enrollment.domain.people import Person
from enrollment.usecases.find_people import require_person
from enrollment.usecases.ports import Audit, Branches, People, Scope


@dataclass(frozen=True)
class Looker:
    """Who looks: an account, its roles, and how far it sees."""

    account_id: str
    roles: frozenset[str]
    scope: Scope


class UnmaskPerson:
    """Only roles that have the right by the settings; the entry comes first."""

    def __init__(
        self,
        branches: Branches,
        people: People,
        audit: Audit,
        allowed_roles: frozenset[str],
    ) -> None:
        self.branches, self.people, self.audit = branches, people, audit
        self.allowed_roles = allowed_roles

    def __call__(self, by: Looker, person_id: str, reason: str) -> Person:
        """The person with all numbers. Raises UnknownPerson, UnmaskingRefused."""
        person, _ = require_person(self.branches, self.people, by.scope, person_id)
        if not by.roles & self.allowed_roles:
            raise UnmaskingRefused("您没有查看完整号码的权限：请联系教务")
        self.audit.add(by.account_id, "unmasked", person_id, reason=reason)
        return person
