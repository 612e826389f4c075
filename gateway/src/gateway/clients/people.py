"""What the client of enrollment asks about people: who they are, and mending it."""

from dataclasses import dataclass

from contracts.http.enrollment import (
    CorrectionIn,
    EnrolmentOut,
    PersonChangeOut,
    PersonOut,
)
from contracts.http.people import (
    DismissalOut,
    DoubleOut,
    DoublesQuery,
    MergeIn,
    MergeOut,
    OwnNameIn,
    PeopleSearchIn,
    TransferIn,
)
from contracts.http.reminders import UnfinishedIn, UnfinishedOut
from contracts.http.shape import Page
from contracts.http.traces import TracesIn, TracesOut

from gateway.clients.caller import ServiceCaller


@dataclass(frozen=True)
class PeopleClient:
    """Questions about people in the name of a visitor."""

    ask: ServiceCaller

    def search_people(self, asked: PeopleSearchIn) -> Page[PersonOut]:
        """Whom the visitor sees, by part of a name, phone or member number."""
        return self.ask.send("POST", Page[PersonOut], "people", "search", body=asked)

    def find_traces(self, asked: TracesIn) -> TracesOut:
        """People and rosters of this name, with what leads to their traces."""
        left = self.ask.deadline.seconds_left()
        return self.ask.send("POST", TracesOut, "traces", body=asked, seconds=left)

    def show_person(self, person_id: str) -> PersonOut:
        """A person that the visitor sees. Raises Problem 404."""
        return self.ask.get(PersonOut, "people", person_id)

    def list_changes(self, person_id: str) -> list[PersonChangeOut]:
        """What was changed of a person, oldest first. Raises Problem 404."""
        return self.ask.get(list[PersonChangeOut], "people", person_id, "changes")

    def list_enrolments_of(self, person_id: str) -> list[EnrolmentOut]:
        """A person's enrolments that the visitor sees. Raises Problem 404."""
        return self.ask.get(list[EnrolmentOut], "people", person_id, "enrolments")

    def find_unfinished(self, class_id: str, asked: UnfinishedIn) -> UnfinishedOut:
        """Who of these people the visitor sees and still learns in a class."""
        path = ("classes", class_id, "unfinished")
        return self.ask.send("POST", UnfinishedOut, *path, body=asked)

    def correct_person(
        self, person_id: str, asked: CorrectionIn, version: int
    ) -> PersonOut:
        """Some fields of a person are corrected. Raises Problem 403, 412 or 422."""
        return self.ask.send(
            "PATCH", PersonOut, "people", person_id, body=asked, version=version
        )

    def show_own_person(self) -> PersonOut:
        """The visitor as their branches know them. Raises Problem 404."""
        return self.ask.get(PersonOut, "person")

    def correct_own_name(self, asked: OwnNameIn, version: int) -> PersonOut:
        """The writing of the visitor's name is corrected. Raises Problem 403, 412."""
        return self.ask.send("PATCH", PersonOut, "person", body=asked, version=version)

    def list_doubles(self, asked: DoublesQuery) -> Page[DoubleOut]:
        """Records that look like one human."""
        return self.ask.get(Page[DoubleOut], "people", "doubles", query=asked)

    def dismiss_double(self, double_id: str) -> DismissalOut:
        """They are two people. Raises Problem 404."""
        path = ("people", "doubles", double_id, "dismissal")
        return self.ask.send("POST", DismissalOut, *path)

    def list_merges(self, person_id: str) -> list[MergeOut]:
        """The merges of a record with others, also undone ones."""
        return self.ask.get(list[MergeOut], "people", person_id, "merges")

    def merge_people(self, person_id: str, other_id: str) -> MergeOut:
        """The other record counts for this person. Raises Problem 404, 409."""
        body = MergeIn(person_id=other_id)
        return self.ask.send("POST", MergeOut, "people", person_id, "merges", body=body)

    def unmerge_people(self, person_id: str, other_id: str) -> MergeOut:
        """The two are two again. Raises Problem 404, 409."""
        path = ("people", person_id, "merges", other_id)
        return self.ask.send("DELETE", MergeOut, *path)

    def transfer_person(self, person_id: str, asked: TransferIn) -> PersonOut:
        """A person leaves a branch, joins another. Raises Problem 404, 409, 422."""
        return self.ask.send(
            "POST", PersonOut, "people", person_id, "transfers", body=asked
        )
