"""The people and branches ports over MongoEngine."""

from collections.abc import Iterable, Sequence
from typing import Any

from chassis.storage.aggregates import Aggregates, AlreadyThere, NotThere

from enrollment.domain.branch import Branch
from enrollment.domain.facts import PersonRegistered
from enrollment.domain.person import Membership, Person
from enrollment.usecases.ports import Scope


class StoredBranches:
    """The tree of branches."""

    def __init__(self, rows: Aggregates[Branch]) -> None:
        self.rows = rows

    def get(self, id_: str) -> Branch | None:
        """One branch, or None."""
        try:
            return self.rows.get(id_)
        except NotThere:
            return None

    def add(self, branch: Branch) -> bool:
        """Put a new one; False if the id is taken."""
        try:
            self.rows.add(branch.id, branch)
        except AlreadyThere:
            return False
        return True

    def within(self, scope: Scope) -> list[Branch]:
        """The branches of a scope, each before those below it."""
        filter_: dict[str, Any] = {} if scope.branch is None else {"line": scope.branch}
        return sorted(self.rows.find(filter_), key=lambda branch: branch.line)


class StoredPeople:
    """Persons and their memberships."""

    def __init__(
        self, people: Aggregates[Person], memberships: Aggregates[Membership]
    ) -> None:
        self.people, self.memberships = people, memberships

    def named(self, person_ids: Sequence[str]) -> dict[str, Person]:
        """Those of these persons who are known."""
        found = self.people.find({"_id": {"$in": list(person_ids)}})
        return {person.id: person for person in found}

    def register(self, people: Iterable[tuple[Person, str]]) -> None:
        """Put new persons with the branch that named them; known ones stay."""
        named = {person.id: (person, branch) for person, branch in people}
        new = set(named) - set(self.named(sorted(named)))
        self.people.add_many(
            (id_, named[id_][0], [PersonRegistered(id_, named[id_][1])])
            for id_ in sorted(new)
        )

    def members(self, ids: Sequence[str]) -> dict[str, Membership]:
        """Those of these memberships that are there."""
        found = self.memberships.find({"_id": {"$in": list(ids)}})
        return {membership.id: membership for membership in found}

    def join(self, memberships: Iterable[Membership]) -> None:
        """Put new memberships; those that are there stay."""
        named = {membership.id: membership for membership in memberships}
        new = set(named) - set(self.members(sorted(named)))
        self.memberships.add_many((id_, named[id_], ()) for id_ in sorted(new))

    def of_branches(
        self, branch_ids: Sequence[str], after: str, limit: int
    ) -> list[tuple[Membership, Person]]:
        """Members of these branches, by membership id, a page at a time."""
        found = self.memberships.find(
            {"branch_id": {"$in": list(branch_ids)}, "_id": {"$gt": after}},
            sort=[("_id", 1)],
            limit=limit,
        )
        people = self.named([membership.person_id for membership in found])
        return [(m, people[m.person_id]) for m in found if m.person_id in people]
