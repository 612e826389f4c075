"""Delete what is stored of a person: all that says who it is.

Every step can be repeated, and what needs to know who the person is comes before that
is forgotten. Enrolments stay under the opaque id, for seats and hours count.
"""

from collections.abc import Callable, Collection
from contextlib import suppress
from typing import Protocol

from enrollment.domain.enrolment import WITHDRAWN
from enrollment.domain.errors import Finished, UnknownPerson
from enrollment.domain.naming_rows import blank_rows
from enrollment.domain.people import Person
from enrollment.domain.roster import Chunk
from enrollment.usecases.leave_class import LeaveClass
from enrollment.usecases.ports import Audit, Enrolments, People


class PersonalRecords(Protocol):
    """What says who a person is, where it is stored."""

    def is_deleted(self, person_id: str) -> bool:
        """Whether the person was there and is deleted."""

    def blank_chunks(self, blank: Callable[[Chunk], Chunk | None]) -> int:
        """Change every chunk whose rows are stored still; how many were changed."""

    def delete_dry_runs(self, person: Person, membership_ids: Collection[str]) -> None:
        """Forget what dry runs decided about the person."""

    def delete_person(self, person_id: str) -> None:
        """Leave the bare id and that it is deleted, with the event of it."""

    def delete_memberships(self, person_id: str) -> None:
        """Take the person's memberships away."""

    def delete_watched(self, person_id: str) -> None:
        """Take away what is known here of what the person watched."""

    def delete_requests(self, person_id: str) -> None:
        """Take away what the person asked of classes, with everybody's words."""


class DeletePerson:
    """The person leaves the classes that are not finished, and is forgotten."""

    def __init__(
        self,
        people: People,
        enrolments: Enrolments,
        records: PersonalRecords,
        leave: LeaveClass,
        audit: Audit,
    ) -> None:
        self.people, self.enrolments = people, enrolments
        self.records, self.leave, self.audit = records, leave, audit

    def __call__(self, person_id: str, who: str) -> None:
        """Repeating it changes nothing. Raises UnknownPerson."""
        if not self.records.is_deleted(person_id):
            self._forget_person(person_id, who)
        self.records.delete_memberships(person_id)
        self.records.delete_watched(person_id)
        self.records.delete_requests(person_id)

    def _forget_person(self, person_id: str, who: str) -> None:
        person = self.people.find_by_ids([person_id]).get(person_id)
        if person is None:
            raise UnknownPerson("没有这位学员：请核对编号")
        memberships = self.people.find_memberships_of([person_id])
        ids = {membership.id for membership in memberships}
        self.records.delete_requests(person_id)  # first: none brings a seat any more
        self._leave_classes(person_id)
        self._blank_rows(person, ids)
        self.records.delete_dry_runs(person, ids)
        key = f"deletion-{person_id}"
        self.audit.add(who, "person-deleted", person_id, key=key)
        self.records.delete_memberships(person_id)
        self._leave_classes(person_id)  # a seat that was being granted meanwhile
        self.records.delete_person(person_id)
        self._blank_rows(person, ids)  # what came in meanwhile

    def _leave_classes(self, person_id: str) -> None:
        """Seats and waiting places that are of no use to anybody become free."""
        for enrolment in self.enrolments.find_by_person(person_id):
            if enrolment.state != WITHDRAWN:
                with suppress(Finished):
                    self.leave(enrolment.id)

    def _blank_rows(self, person: Person, membership_ids: Collection[str]) -> None:
        self.records.blank_chunks(
            lambda chunk: blank_rows(chunk, person, membership_ids)
        )
