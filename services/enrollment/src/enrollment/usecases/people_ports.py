"""Ports of people beside their records: what use cases about them ask of the world."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

from enrollment.domain.doubles import Double
from enrollment.domain.merging import Merge
from enrollment.domain.name_index import NameEntry
from enrollment.domain.people import Person

Groups = Mapping[str, tuple[str, ...]]
FindGroups = Callable[[Sequence[str]], Groups]
"""Persons → by person, all records of that human, the one that counts first."""


def find_lone(person_ids: Sequence[str]) -> Groups:
    """Where nobody was ever merged."""
    return {id_: (id_,) for id_ in person_ids}


class NameIndex(Protocol):
    """Who is found by which part of a name."""

    def find(self, term: str, after: str, limit: int) -> list[NameEntry]:
        """The entries under a term behind a membership, by membership."""

    def put(self, entries: Iterable[NameEntry]) -> None:
        """Put entries; those that are there become as these are."""


class Ways(Protocol):
    """By which way people can be written to."""

    def find_members(
        self, branch_ids: Sequence[str], after: str, limit: int
    ) -> list[tuple[str, str]]:
        """Memberships of these branches that hold their person today, each with the
        person, by branch and id; those of the first behind a membership."""

    def find_contacts(self, person_ids: Sequence[str]) -> dict[str, tuple[bool, bool]]:
        """Whether each of these persons has a mail address, and a phone."""


class Merges(Protocol):
    """Merges, one for each record that is or was an alias."""

    def get(self, person_id: str) -> Merge | None:
        """The merge by which a record is, or was last, an alias; or None."""

    def create(self, merge: Merge) -> bool:
        """Put a first merge of a record; False if there is one."""

    def change(self, person_id: str, decide: Callable[[Merge], Merge | None]) -> Merge:
        """Read, decide, write under the version that was read."""

    def find_unsettled(self, until: float, limit: int) -> list[Merge]:
        """Merges whose doubled seats are to be looked for by now."""

    def find_by_people(self, person_ids: Sequence[str]) -> list[Merge]:
        """All merges, also undone ones, in which these are or were aliases or
        survivors."""

    def find_survivors(self, person_ids: Sequence[str]) -> dict[str, str]:
        """For whom the records of these count, by person."""

    def find_group(self, person_id: str) -> tuple[str, ...]:
        """All records of the human, the one that counts first."""

    def find_groups(self, person_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """The same for several, by person."""


class Doubles(Protocol):
    """Pairs of records that look like one human."""

    def create(self, doubles: Iterable[Double]) -> None:
        """Put new pairs; what is known of one stays."""

    def find_open(self, after: str, limit: int) -> list[Double]:
        """Pairs of which nobody has said that they are two people, by their ids."""

    def close(self, id_: str) -> bool:
        """They are two people; False if there is no such pair."""


class Finished(Protocol):
    """Who has finished a class."""

    def find_finished(self, person_ids: Sequence[str], class_id: str) -> set[str]:
        """Those who have the certificate of a class."""


class DuePeople(Protocol):
    """People who were put or changed, until somebody has looked at them."""

    def find_due(self, limit: int) -> list[tuple[Person, int]]:
        """Some people who are due, with their versions, those longest due first."""

    def clear_due(self, people: Iterable[tuple[Person, int]]) -> None:
        """They were looked at; one that changed meanwhile stays due."""

    def add(self, person_ids: Iterable[str]) -> None:
        """They are to be looked at, for what changed beside them."""
