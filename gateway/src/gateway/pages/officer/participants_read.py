"""What the services know of the participants of a class, within the visitor's border.

Enrollment says which enrolments the visitor sees, and names those of their people whom
the visitor reaches today. Learning knows no branches: it is asked only for whom
enrollment has named.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from contracts.http.enrollment import EnrolmentOut, EnrolmentsQuery
from contracts.http.participants import MOST_PEOPLE, NamedPersonOut, StandingOut

from gateway.clients.page_services import PageServices
from gateway.clients.parts import Part, Unavailable

Found = TypeVar("Found")
MOST_LISTED = 5_000
"""Enrolments that a page reads to count and sort them: ten pages of enrollment, and
more people than one looks through. A workbook has all."""


@dataclass(frozen=True)
class Participants:
    """The last enrolment of each person, who of them is named, and how far those are.

    `is_cut` says that there are more than were read.
    """

    enrolments: Sequence[EnrolmentOut] | Unavailable
    named: Mapping[str, NamedPersonOut] = field(default_factory=dict)
    standings: Mapping[str, StandingOut] | Unavailable = field(default_factory=dict)
    is_cut: bool = False


def read_participants(
    services: PageServices, class_id: str, most: int | None = MOST_LISTED
) -> Participants:
    """The participants of a class as its visitor sees them; so many enrolments at most.

    No question for each person: one for every so many.
    """
    asked = services.ask_part_of(
        "enrollment", read_enrolments, services, class_id, most
    )
    found = asked.get_answer()
    if isinstance(found, Unavailable):
        return Participants(found)
    enrolments, is_cut = found
    latest = list({one.person_id: one for one in enrolments}.values())
    named = _ask_names(services, [one.person_id for one in latest])
    if isinstance(named, Unavailable):
        return Participants(named)
    standings = _ask_standings(services, class_id, list(named))
    return Participants(latest, named, standings, is_cut)


def read_enrolments(
    services: PageServices, class_id: str, most: int | None
) -> tuple[list[EnrolmentOut], bool]:
    """The enrolments by ticket, and whether there are more."""
    read, after = list[EnrolmentOut](), 0
    while True:
        asked = EnrolmentsQuery(after=after, limit=MOST_PEOPLE)
        page = services.enrollment.list_participants(class_id, asked)
        read += page.items
        if not page.next:
            return read, False
        if most is not None and len(read) >= most:
            return read[:most], True
        after = int(page.next)


def find_people_of(
    services: PageServices, class_id: str, enrolment_ids: Sequence[str]
) -> list[str]:
    """Whose enrolments these are, of those that the visitor sees, in this order."""
    found, _ = read_enrolments(services, class_id, None)
    whose = {one.id: one.person_id for one in found}
    return [whose[id_] for id_ in enrolment_ids if id_ in whose]


def _ask_names(
    services: PageServices, person_ids: Sequence[str]
) -> dict[str, NamedPersonOut] | Unavailable:
    asked = [
        services.ask_part(services.enrollment.name_people, part)
        for part in _split(person_ids)
    ]
    named = _join(asked)
    if isinstance(named, Unavailable):
        return named
    return {one.person_id: one for one in named}


def _ask_standings(
    services: PageServices, class_id: str, person_ids: Sequence[str]
) -> dict[str, StandingOut] | Unavailable:
    """Only of whom enrollment named: the border is drawn there."""
    asked = [
        services.ask_part(services.learning.list_standings, class_id, part)
        for part in _split(person_ids)
    ]
    found = _join(asked)
    if isinstance(found, Unavailable):
        return found
    return {one.person_id: one for one in found}


def _split(ids: Sequence[str]) -> Iterator[list[str]]:
    for start in range(0, len(ids), MOST_PEOPLE):
        yield list(ids[start : start + MOST_PEOPLE])


def _join(asked: Sequence[Part[list[Found]]]) -> list[Found] | Unavailable:
    """All answers as one, or that one of them is away."""
    joined = list[Found]()
    for part in asked:
        answer = part.get_answer()
        if isinstance(answer, Unavailable):
            return answer
        joined += answer
    return joined
