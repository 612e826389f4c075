"""The clients of enrollment: branches, people and seats."""

from dataclasses import dataclass

from chassis.http.client import Client
from chassis.http.problem import Problem
from contracts.http.enrollment import (
    BranchesQuery,
    BranchOut,
    ContactOut,
    ContactsIn,
    EnrolmentOut,
    OwnEnrolmentOut,
    PersonOut,
    SeatsOut,
    SeatsQuery,
)
from contracts.http.shape import Page

from gateway.clients.rosters import RostersClient
from gateway.identity.account import STAFF


@dataclass(frozen=True)
class EnrollmentClient(RostersClient):
    """Questions to enrollment in the name of a visitor; those about rosters stand in a
    file of their own."""

    def list_branches(self, asked: BranchesQuery) -> Page[BranchOut]:
        """The branches that the visitor sees, each before those below it."""
        return self.ask.get(Page[BranchOut], "branches", query=asked)

    def show_branch(self, branch_id: str) -> BranchOut:
        """A branch that the visitor sees. Raises Problem 404."""
        return self.ask.get(BranchOut, "branches", branch_id)

    def show_person(self, person_id: str) -> PersonOut:
        """A person that the visitor sees. Raises Problem 404."""
        return self.ask.get(PersonOut, "people", person_id)

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

    def get_address(self, person_id: str) -> str:
        """The mail address of a person, or empty."""
        contacts = self.enrollment.send_request(
            "POST",
            ("people", "contacts"),
            list[ContactOut],
            body=ContactsIn(person_ids=[person_id]),
        )
        return next((contact.email for contact in contacts), "")
