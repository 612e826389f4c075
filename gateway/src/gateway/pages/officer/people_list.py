"""The people whom a visitor sees, filtered, a page at a time or all of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from contracts.http.catalog import ClassOut
from contracts.http.enrollment import BranchesQuery, MemberOut, MembersQuery
from contracts.http.participants import NamedPersonOut

from gateway.clients.page_services import PageServices
from gateway.clients.parts import Unavailable
from gateway.forms.people import IN, OUT
from gateway.identity.account import ACTIVE
from gateway.identity.invitation_states import InvitationState
from gateway.pages.branch_words import name_branches
from gateway.pages.college_day import college_today
from gateway.pages.officer.invitations_view import STATES
from gateway.pages.officer.participants import read_start
from gateway.pages.officer.participants_read import MOST_LISTED, read_participants
from gateway.pages.officer.participants_view import (
    ParticipantRow,
    Tag,
    pick_rows,
    view_participants,
)
from gateway.pages.officer.person_view import FindStates
from gateway.texts.language import gettext

PAGE_ROWS = 50
"""Rows that one looks through; filters find whom one looks for."""
AT_ONCE = 100
"""Members read at once: accounts and ways of so many are one question each."""
MOST_READ = 20
"""Such pages that are looked through for a page of those with or without an account."""
BRANCHES_AT_ONCE = 500


@dataclass(frozen=True)
class PeopleWanted:
    """Which people: of a branch and those below, on a side of a class, with (IN) or
    without (OUT) an account that is in use. What is empty does not narrow."""

    branch: str = ""
    class_: ClassOut | None = None
    side: str = ""
    account: str = ""


@dataclass(frozen=True)
class ListedPerson:
    """A person in words. `row` is how the list of the class shows them; `account` is
    None where nobody can say how far they are on the way in."""

    person_id: str
    name: str
    member_no: str
    branch: str
    account: Tag | None
    may_invite: bool
    row: ParticipantRow | None = None

    @property
    def may_be_picked(self) -> bool:
        """Whether there is something to be done about them."""
        may_leave = self.row is not None and self.row.may_leave
        return self.may_invite or may_leave


@dataclass(frozen=True)
class PeoplePage:
    """Some people, where the next page begins, and who does not answer."""

    people: list[ListedPerson] = field(default_factory=list)
    following: str = ""
    away: Unavailable | None = None
    is_cut: bool = False


class ReadPeople:
    """Reads people in the name of a visitor: enrollment draws the border."""

    def __init__(self, services: PageServices, find_states: FindStates) -> None:
        self.services, self.find_states = services, find_states
        self.away: Unavailable | None = None

    def read_page(self, wanted: PeopleWanted, after: str) -> PeoplePage:
        """A page of people behind a cursor."""
        if wanted.class_ is None:
            return self._read_members(wanted, after)
        start = read_start()
        rows, is_cut = self._find_rows(wanted, wanted.class_)
        further = start + PAGE_ROWS
        if wanted.account:
            every = list(self._list_rows(rows, wanted))
            listed, number = every[start:further], len(every)
        else:
            listed = list(self._list_rows(rows[start:further], wanted))
            number = len(rows)
        following = str(further) if further < number else ""
        return PeoplePage(listed, following, self.away, is_cut)

    def read_all(self, wanted: PeopleWanted) -> Iterator[ListedPerson]:
        """All of them, as they are read."""
        if wanted.class_ is not None:
            rows, _ = self._find_rows(wanted, wanted.class_, most=None)
            yield from self._list_rows(rows, wanted)
            return
        after = ""
        while True:
            asked = MembersQuery(after=after, limit=AT_ONCE, branch=wanted.branch)
            page = self.services.enrollment.list_members(asked)
            yield from self._list_members(page.items, wanted)
            after = page.next
            if not after:
                return

    def _read_members(self, wanted: PeopleWanted, after: str) -> PeoplePage:
        listed: list[ListedPerson] = []
        limit = AT_ONCE if wanted.account else PAGE_ROWS
        for _ in range(MOST_READ):
            asked = MembersQuery(after=after, limit=limit, branch=wanted.branch)
            page = self.services.enrollment.list_members(asked)
            for member, person in self._pair_members(page.items, wanted):
                listed.append(person)
                if len(listed) == PAGE_ROWS:
                    is_last = member is page.items[-1] and not page.next
                    following = "" if is_last else member.id
                    return PeoplePage(listed, following, self.away)
            after = page.next
            if not after:
                break
        return PeoplePage(listed, after, self.away)

    def _list_members(
        self, members: Sequence[MemberOut], wanted: PeopleWanted
    ) -> Iterator[ListedPerson]:
        for _, person in self._pair_members(members, wanted):
            yield person

    def _pair_members(
        self, members: Sequence[MemberOut], wanted: PeopleWanted
    ) -> list[tuple[MemberOut, ListedPerson]]:
        states = self._find_states([one.person_id for one in members])
        names = name_branches(self.services, {one.branch_id for one in members})
        return [
            (
                one,
                ListedPerson(
                    one.person_id,
                    one.name,
                    one.member_no,
                    names.get(one.branch_id, one.branch_id),
                    *_view_account(states.get(one.person_id)),
                ),
            )
            for one in members
            if _is_wanted(states.get(one.person_id), wanted.account)
        ]

    def _find_rows(
        self, wanted: PeopleWanted, class_: ClassOut, most: int | None = MOST_LISTED
    ) -> tuple[list[tuple[ParticipantRow, NamedPersonOut]], bool]:
        """The participants of a class on a side, of those whom the visitor reaches, and
        whether there are more."""
        found = read_participants(self.services, class_.id, most)
        for part in (found.enrolments, found.standings):
            if isinstance(part, Unavailable):
                self.away = part
        rows = view_participants(found, class_, college_today())
        persons = {one.id: found.named.get(one.person_id) for one in found.enrolments}
        within = self._find_branches(wanted.branch)
        chosen = [
            (row, person)
            for row in pick_rows(rows, wanted.side, "name", is_down=False)
            if (person := persons.get(row.enrolment_id)) is not None
            and (
                within is None or any(m.branch_id in within for m in person.memberships)
            )
        ]
        return chosen, found.is_cut

    def _find_branches(self, branch: str) -> set[str] | None:
        """A branch and those below it; None for all that the visitor sees."""
        if not branch:
            return None
        found, after = set[str](), ""
        while True:
            asked = BranchesQuery(below=branch, after=after, limit=BRANCHES_AT_ONCE)
            page = self.services.enrollment.list_branches(asked)
            found |= {one.id for one in page.items}
            after = page.next
            if not after:
                return found

    def _list_rows(
        self,
        rows: Sequence[tuple[ParticipantRow, NamedPersonOut]],
        wanted: PeopleWanted,
    ) -> Iterator[ListedPerson]:
        for start in range(0, len(rows), AT_ONCE):
            part = rows[start : start + AT_ONCE]
            states = self._find_states([person.record_id for _, person in part])
            for row, person in part:
                state = states.get(person.record_id)
                if _is_wanted(state, wanted.account):
                    yield ListedPerson(
                        person.record_id,
                        row.name,
                        row.member_no,
                        row.branch,
                        *_view_account(state),
                        row,
                    )

    def _find_states(self, person_ids: Sequence[str]) -> Mapping[str, InvitationState]:
        ids = list(dict.fromkeys(person_ids))
        asked = self.services.ask_part_of("enrollment", self.find_states, ids)
        found = asked.get_answer()
        if isinstance(found, Unavailable):
            self.away = found
            return {}
        return found


def _is_wanted(state: InvitationState | None, account: str) -> bool:
    is_in = state is not None and state.state == ACTIVE
    return {IN: is_in, OUT: not is_in}.get(account, True)


def _view_account(state: InvitationState | None) -> tuple[Tag | None, bool]:
    if state is None:
        return None, False
    text, tone = STATES[state.state]
    return (gettext(text), tone), state.may_invite
