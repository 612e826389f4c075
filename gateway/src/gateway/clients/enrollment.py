"""The clients of enrollment: branches, people and seats."""

from dataclasses import dataclass

from chassis.http.client import Client
from chassis.http.problem import Problem
from contracts.http.branch_contacts import (
    BranchContactIn,
    BranchContactOut,
    NearestContactOut,
)
from contracts.http.enrollment import (
    BranchOut,
    ContactOut,
    ContactsIn,
    EnrolmentOut,
    FindPersonIn,
    MemberOut,
    MembersQuery,
    OwnContactIn,
    OwnEnrolmentOut,
    PersonOut,
    SeatsOut,
    SeatsQuery,
    UnmaskingIn,
    WaysOut,
    WaysQuery,
)
from contracts.http.holdings import UnmaskedOut
from contracts.http.shape import Page
from fields.texts import is_same_name

from gateway.clients.branches import BranchesClient
from gateway.clients.class_seats import ClassSeatsClient
from gateway.clients.feeds import FeedsClient
from gateway.clients.joining import JoiningClient
from gateway.clients.participants import ParticipantsClient
from gateway.clients.people import PeopleClient
from gateway.clients.rosters import RostersClient
from gateway.identity.account import STAFF
from gateway.identity.contacts import PHONE, Contact

NAMESAKES = 20
"""Branches whose names have the words of the one that is looked for."""


@dataclass(frozen=True)
class EnrollmentClient(
    RostersClient,
    BranchesClient,
    PeopleClient,
    FeedsClient,
    ParticipantsClient,
    JoiningClient,
    ClassSeatsClient,
):
    """Questions to enrollment in the name of a visitor; those about rosters, branches,
    people, feeds, seats and requests to join stand in files of their own."""

    def list_members(self, asked: MembersQuery) -> Page[MemberOut]:
        """The members that the visitor sees, by membership."""
        return self.ask.get(Page[MemberOut], "people", query=asked)

    def list_ways(self, asked: WaysQuery) -> WaysOut:
        """The members that the visitor sees, by how each can be written to."""
        return self.ask.get(WaysOut, "people", "ways", query=asked)

    def show_person(self, person_id: str) -> PersonOut:
        """A person that the visitor sees. Raises Problem 404."""
        return self.ask.get(PersonOut, "people", person_id)

    def post_unmasking(self, person_id: str, asked: UnmaskingIn) -> UnmaskedOut:
        """A person's numbers in full, for a reason. Raises Problem 403, 404."""
        path = ("people", person_id, "unmasking")
        return self.ask.send("POST", UnmaskedOut, *path, body=asked)

    def show_contact(self, branch_id: str) -> BranchContactOut:
        """The contact of a branch. Raises Problem 404."""
        return self.ask.get(BranchContactOut, "branches", branch_id, "contact")

    def put_contact(
        self, branch_id: str, asked: BranchContactIn, version: int
    ) -> BranchContactOut:
        """Write a branch's contact over this version. Raises Problem 412."""
        path = ("branches", branch_id, "contact")
        return self.ask.send(
            "PUT", BranchContactOut, *path, body=asked, version=version
        )

    def list_contacts(self) -> Page[NearestContactOut]:
        """The contacts nearest to the visitor's own branches."""
        return self.ask.get(Page[NearestContactOut], "contacts")

    def list_college_contacts(self) -> Page[NearestContactOut]:
        """The contact of the topmost branch, for who cannot sign in."""
        return self.ask.get(Page[NearestContactOut], "contacts", "college")

    def list_seats(self, class_ids: list[str]) -> list[SeatsOut]:
        """The seats of these classes, as far as enrollment knows them."""
        if not class_ids:
            return []
        query = SeatsQuery(class_ids=class_ids)
        return self.ask.get(list[SeatsOut], "seats", query=query)

    def list_own_enrolments(self) -> list[OwnEnrolmentOut]:
        """All enrolments of the visitor."""
        return self.ask.get(list[OwnEnrolmentOut], "enrolments")

    def delete_enrolment(self, enrolment_id: str) -> EnrolmentOut:
        """The visitor leaves a class, or its waiting list."""
        return self.ask.send("DELETE", EnrolmentOut, "enrolments", enrolment_id)


class MemberDirectory:
    """Branches and people as accounts need them, asked by the gateway itself."""

    def __init__(self, enrollment: Client) -> None:
        self.enrollment = enrollment

    def get_branch_name(self, branch_id: str) -> str | None:
        """A branch's name, or None if there is no branch of this id."""
        try:
            branch = self.enrollment.send_request(
                "GET", ("branches", branch_id), BranchOut, roles=frozenset({STAFF})
            )
        except Problem as problem:
            if problem.status == 404:
                return None
            raise
        return branch.name

    def get_person_of_member(self, branch: str, member_no: str) -> str:
        """The person of a member number in a branch, by its id or full name; empty for
        nobody.

        What is asked depends on the branch alone, so that time does not tell which
        numbers there are.
        """
        by_id = self._find_members(branch, member_no)
        page = self.enrollment.send_request(
            "GET",
            ("branches",),
            Page[BranchOut],
            query={"q": branch, "limit": str(NAMESAKES)},
            roles=frozenset({STAFF}),
        )
        named = [one.id for one in page.items if is_same_name(one.name, branch)]
        by_name = self._find_members(named[0], member_no) if len(named) == 1 else ""
        return by_id or by_name

    def _find_members(self, branch_id: str, member_no: str) -> str:
        try:
            people = self.enrollment.send_request(
                "POST",
                ("people", "find"),
                list[PersonOut],
                body=FindPersonIn(branch_id=branch_id, member_no=member_no),
                roles=frozenset({STAFF}),
            )
        except Problem as problem:
            if problem.status == 422:
                return ""
            raise
        return next((person.person_id for person in people), "")

    def write_contact(self, person_id: str, contact: Contact) -> None:
        """A person's own phone or mail address takes the place of the one before."""
        field = "phone" if contact.kind == PHONE else "email"
        self.enrollment.send_request(
            "PUT",
            ("people", person_id, "contact"),
            ContactOut,
            body=OwnContactIn(**{field: contact.address}),
        )

    def get_address(self, person_id: str) -> str:
        """The mail address of a person, or empty."""
        contacts = self.enrollment.send_request(
            "POST",
            ("people", "contacts"),
            list[ContactOut],
            body=ContactsIn(person_ids=[person_id]),
        )
        return next((contact.email for contact in contacts), "")

    def find_person_ids(
        self, *, branch_id: str, member_no: str, phone: str
    ) -> list[str]:
        """The persons of this member number in this branch, and those of this phone;
        what is empty finds nobody."""
        asked = FindPersonIn(phone=phone, branch_id=branch_id, member_no=member_no)
        found = self.enrollment.send_request(
            "POST",
            ("people", "find"),
            list[PersonOut],
            body=asked,
            roles=frozenset({STAFF}),
        )
        return [person.person_id for person in found]

    def find_branch_path(self, branch_id: str) -> list[str]:
        """The branch and those above it, root first; empty if there is none."""
        path, above = list[str](), branch_id
        while above and above not in path:
            try:
                branch = self.enrollment.send_request(
                    "GET", ("branches", above), BranchOut, roles=frozenset({STAFF})
                )
            except Problem as problem:
                if problem.status == 404:
                    return []
                raise
            path.insert(0, branch.id)
            above = branch.parent
        return path
