"""/api/directory: who is from the directory, as its synchronisation notes it."""

from chassis.http.auth import allow_everyone
from chassis.http.routing import Routes, delete, post, put
from contracts.http.directory import (
    EntriesIn,
    FindMarkedIn,
    MarkedPeopleOut,
    MarkedPersonOut,
    MarkOut,
    MarksOut,
    UnmarkedOut,
)

from gateway.api.request_visitor import require_actor
from gateway.identity.mark_directory_people import MarkDirectoryPeople


class DirectoryRoutes(Routes):
    """Routes for people from a directory. `MarkDirectoryPeople` decides who may."""

    name = "directory"

    def __init__(self, mark: MarkDirectoryPeople) -> None:
        self.mark = mark

    @put("/api/directory/entries")
    @allow_everyone
    def put_entries(self, asked: EntriesIn) -> MarksOut:
        """Persons are marked as from the directory; again changes nothing."""
        wanted = {given.person_id: given.entry for given in asked.entries}
        done = self.mark.mark_people(require_actor(), wanted)
        return MarksOut(
            people=[MarkOut(person_id=id_, outcome=done[id_]) for id_ in done]
        )

    @post("/api/directory/entries/find")
    @allow_everyone
    def find_entries(self, asked: FindMarkedIn) -> MarkedPeopleOut:
        """Those of the persons who are marked or have an account."""
        found = self.mark.find_people(require_actor(), asked.person_ids)
        return MarkedPeopleOut(people=[MarkedPersonOut.of(person) for person in found])

    @delete("/api/directory/entries/<person_id>")
    @allow_everyone
    def delete_entry(self, person_id: str) -> UnmarkedOut:
        """A person signs in by a password of their own again."""
        self.mark.unmark_person(require_actor(), person_id)
        return UnmarkedOut(person_id=person_id)
