"""Deletions in memory: by enrollment's use case, and what learning does of it."""

import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from chassis.people.forgotten import ForgottenPeople
from enrollment.usecases.delete_person import DeletePerson
from enrollment.usecases.leave_class import LeaveClass
from learning.clients.names_of_forgotten import NamesOfForgotten
from learning.domain.errors import NotConsumedYet
from learning.usecases.remove_names import remove_names

from tests.unit.enrollment.fakes import FakePeople
from tests.unit.enrollment.merging_world import MergingWorld
from tests.unit.enrollment.personal_records import Died, WorldRecords
from tests.unit.learning.world import World as LearningWorld

LAST_STEP = 6


class ForgottenInMemory(ForgottenPeople):
    """Ids of people whom learning has forgotten, or is about to."""

    def __init__(self) -> None:
        self.begun: set[str] = set()
        self.ids: set[str] = set()

    def begin_person(self, person_id: str) -> None:
        self.begun.add(person_id)

    def note_person(self, person_id: str) -> None:
        self.ids.add(person_id)

    def has_begun(self, person_id: str) -> bool:
        return person_id in self.begun

    def is_forgotten(self, person_id: str) -> bool:
        return person_id in self.ids


@dataclass(frozen=True)
class EnrolledNames:
    """Names as enrollment tells them: of who is deleted there it knows nothing."""

    people: FakePeople

    def get_name(self, person_id: str) -> str:
        found = self.people.find_by_ids([person_id])
        if person_id not in found:
            raise NotConsumedYet(person_id)
        return found[person_id].name


@dataclass(frozen=True)
class CertificatesSeen:
    """Who has finished a class, as learning would answer."""

    find_classes: Callable[[str], set[str]]

    def is_issued(self, class_id: str, person_id: str) -> bool:
        return class_id in self.find_classes(person_id)


class Forgetting:
    """Both services' part in a deletion."""

    def __init__(
        self,
        enrollment: MergingWorld,
        learning: LearningWorld,
        find_classes: Callable[[str], set[str]],
    ) -> None:
        self.enrollment, self.learning = enrollment, learning
        self.seen = CertificatesSeen(find_classes)
        self.forgotten = ForgottenInMemory()
        names = EnrolledNames(enrollment.people)
        learning.certify.names = NamesOfForgotten(names, self.forgotten)

    def delete(self, person: str, chance: random.Random) -> None:
        """Whoever dies on the way is followed by another, who ends it."""
        with suppress(Died):
            self._delete(person, chance.randrange(LAST_STEP + 1))
        self._delete(person, 0)

    def _delete(self, person: str, dies_before: int) -> None:
        world = self.enrollment
        records = WorldRecords(world, dies_before)
        leave = LeaveClass(world.enrolments, self.seen, world.seats)
        delete = DeletePerson(
            world.people, world.enrolments, records, leave, world.audit
        )
        delete(person, "staff")

    def forget(self, person: str) -> None:
        """What learning does when it hears of it."""
        certificates, seal = self.learning.certificates, self.learning.certify.seal
        self.forgotten.begin_person(person)
        remove_names(certificates, seal, person)
        self.forgotten.note_person(person)
