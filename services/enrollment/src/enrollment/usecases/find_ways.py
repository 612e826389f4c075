"""Find by which way the members of a scope can be written to, many at once.

Whoever counts people asks for nothing but this: ids, in the order of memberships.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from enrollment.domain.people import branch_of_membership
from enrollment.usecases.people_ports import Ways
from enrollment.usecases.ports import Branches, Scope

BRANCHES_AT_ONCE = 500
"""A page holds some thousand people; most branches have some tens."""


@dataclass(frozen=True)
class FoundWays:
    """Persons by the way in which they can be written to: those with a mail address,
    those with a phone alone, and those with neither.

    Who has several memberships on the page stands there once. `after` is the last
    membership of a page that was full, else empty.
    """

    mail: tuple[str, ...] = ()
    phone: tuple[str, ...] = ()
    none: tuple[str, ...] = ()
    after: str = ""


def find_ways(
    branches: Branches, ways: Ways, scope: Scope, after: str, limit: int
) -> FoundWays:
    """The ways to the next members within a scope behind a membership."""
    first = branch_of_membership(after)
    members: list[tuple[str, str]] = []
    for ids in branches.find_ids_within(scope, first, BRANCHES_AT_ONCE):
        behind = after if ids[0] == first else ""
        members += ways.find_members(ids, behind, limit - len(members))
        if len(members) >= limit:
            break
    last = members[-1][0] if len(members) == limit else ""
    return _sort_ways(ways, dict.fromkeys(person for _, person in members), last)


def _sort_ways(ways: Ways, person_ids: Iterable[str], last: str) -> FoundWays:
    mail, phone, none = list[str](), list[str](), list[str]()
    contacts = ways.find_contacts(list(person_ids))
    for person_id, (has_mail, has_phone) in contacts.items():
        if has_mail:
            mail.append(person_id)
        else:
            (phone if has_phone else none).append(person_id)
    return FoundWays(tuple(mail), tuple(phone), tuple(none), last)
