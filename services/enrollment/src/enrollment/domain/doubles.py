"""Doubles: two records that look like one human, until staff have said whether."""

from collections.abc import Iterable
from dataclasses import dataclass

from fields.texts import is_same_name

from enrollment.domain.people import Person

ID_NUMBER, PHONE_AND_NAME = "id-number", "phone-and-name"


@dataclass(frozen=True)
class Double:
    """Two records that look alike; open until staff say that they are two people."""

    people: tuple[str, str]
    is_open: bool = True

    @property
    def id(self) -> str:
        """The two, in their order."""
        return double_id(*self.people)


def double_id(one: str, other: str) -> str:
    """The id of what is said of two records, whichever is named first."""
    return ".".join(sorted((one, other)))


def pair_people(one: str, other: str) -> Double:
    """Two records that look alike."""
    first, second = sorted((one, other))
    return Double((first, second))


def explain_likeness(one: Person, other: Person) -> str:
    """Why two records look like one human; empty where they do not."""
    if one.id_number and other.id_number:
        return ID_NUMBER if one.id_number == other.id_number else ""
    is_alike = one.phone == other.phone and is_same_name(one.name, other.name)
    return PHONE_AND_NAME if is_alike else ""


def find_doubles(some: Iterable[Person], among: Iterable[Person]) -> list[Double]:
    """The pairs of these with others that look alike."""
    others = list(among)
    pairs = {
        pair_people(one.id, other.id)
        for one in some
        for other in others
        if one.id != other.id and explain_likeness(one, other)
    }
    return sorted(pairs, key=lambda double: double.id)
