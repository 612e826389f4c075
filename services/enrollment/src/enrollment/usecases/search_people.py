"""Search people within a scope by what one knows of them."""

from dataclasses import dataclass

from fields import Illegal
from fields.codes import plain_member_number, plain_phone
from fields.texts import plain_name

from enrollment.domain.name_index import search_term
from enrollment.usecases.find_people import Found, find_people, list_within
from enrollment.usecases.people_ports import NameIndex
from enrollment.usecases.ports import Branches, People, Scope


@dataclass(frozen=True)
class PeopleSearch:
    """Part of a name, a phone or a member number; its branch, if it is not the own."""

    words: str
    branch_id: str
    after: str
    limit: int


class SearchPeople:
    """Searches people."""

    def __init__(self, branches: Branches, people: People, names: NameIndex) -> None:
        self.branches, self.people, self.names = branches, people, names

    def __call__(self, scope: Scope, asked: PeopleSearch) -> tuple[list[Found], str]:
        """Who is found, and behind which membership it goes on, or empty.

        By phone alone if it is one; else by member number, then by name. In a branch
        beyond the scope nobody is found: who of one's own is there is not told.
        """
        if not plain_name(asked.words) or not self._reaches(scope, asked.branch_id):
            return [], ""
        if phone := _read_phone(asked.words):
            return find_people(self.branches, self.people, scope, phone, "", ""), ""
        numbered = [] if asked.after else self._find_by_number(scope, asked)
        named, following = self._find_by_name(scope, asked)
        known = {person.id for person, _ in numbered}
        return numbered + [f for f in named if f[0].id not in known], following

    def _reaches(self, scope: Scope, branch_id: str) -> bool:
        if not branch_id or scope.branch is None:
            return True
        branch = self.branches.find_by_ids([branch_id]).get(branch_id)
        return branch is not None and scope.covers(branch.line)

    def _find_by_number(self, scope: Scope, asked: PeopleSearch) -> list[Found]:
        branch = asked.branch_id or scope.branch or ""
        try:
            number = plain_member_number(asked.words)
        except Illegal:
            return []
        if not branch:
            return []
        return find_people(self.branches, self.people, scope, "", branch, number)

    def _find_by_name(
        self, scope: Scope, asked: PeopleSearch
    ) -> tuple[list[Found], str]:
        term = search_term(asked.branch_id or scope.branch, asked.words)
        entries = self.names.find(term, asked.after, asked.limit)
        ids = list(dict.fromkeys(entry.person_id for entry in entries))
        found = list_within(self.branches, self.people, scope, ids)
        words = plain_name(asked.words)
        following = entries[-1].id if len(entries) == asked.limit else ""
        return [f for f in found if words in plain_name(f[0].name)], following


def _read_phone(words: str) -> str:
    """The phone that was typed, or empty for what is none."""
    try:
        return plain_phone(words)
    except Illegal:
        return ""
