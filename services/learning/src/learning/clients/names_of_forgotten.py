"""The name to print, also of somebody whose name is deleted: none."""

from typing import Protocol

from chassis.people.forgotten import ForgottenPeople


class KnownNames(Protocol):
    """The service that knows people's names, until they are deleted."""

    def get_name(self, person_id: str) -> str:
        """The name as enrolled. Raises NotConsumedYet if enrollment does not know."""


class NamesOfForgotten:
    """Names where they are known; of who was deleted none is asked for any more."""

    def __init__(self, names: KnownNames, forgotten: ForgottenPeople) -> None:
        self.names, self.forgotten = names, forgotten

    def get_name(self, person_id: str) -> str:
        """The name as enrolled, or empty. Raises NotConsumedYet."""
        return "" if self.is_deleted(person_id) else self.names.get_name(person_id)

    def is_deleted(self, person_id: str) -> bool:
        """Whether the names of this person are taken away, or are being taken away."""
        return self.forgotten.has_begun(person_id)
