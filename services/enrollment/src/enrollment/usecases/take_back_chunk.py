"""A chunk of a roster that is taken back: its people leave, but for those who began."""

from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter

from enrollment.domain.enrolment import Enrolment
from enrollment.domain.roster import BEGUN, FINISHED, Chunk
from enrollment.domain.seat_book import Leaver, SeatBook
from enrollment.domain.taking_back import (
    find_leavers,
    grant_keys,
    round_key,
    taken_back_outcomes,
)
from enrollment.usecases.decide_seats import DecideSeats
from enrollment.usecases.ports import Enrolments
from enrollment.usecases.roster_ports import Followed, Studies

by_class = attrgetter("class_id")


class TakeBackChunk:
    """One decision of the seat book for each class. Repeatable at any point."""

    def __init__(
        self,
        chunks: Followed,
        enrolments: Enrolments,
        seats: DecideSeats,
        studies: Studies,
    ) -> None:
        self.chunks, self.enrolments = chunks, enrolments
        self.seats, self.studies = seats, studies

    def __call__(self, chunk: Chunk, round_: int) -> None:
        """Withdraw whom a decided chunk brought before this round, and note it."""
        key, keys = round_key(chunk.id, round_), grant_keys(chunk.id, round_)
        staying: dict[tuple[str, str], str] = {}
        brought = sorted(self.enrolments.find_brought(keys), key=by_class)
        for class_id, of_class in groupby(brought, key=by_class):
            reasons = find_staying(self.studies, list(of_class))
            self._withdraw_all(class_id, key, keys, reasons)
            staying |= {(class_id, person): why for person, why in reasons.items()}
        if brought:
            brought = self.enrolments.find_brought(keys)
        outcomes = taken_back_outcomes(chunk.outcomes, brought, key, staying)
        self.chunks.move_chunk(chunk.id, round_, outcomes)

    def _withdraw_all(
        self, class_id: str, key: str, keys: Sequence[str], staying: dict[str, str]
    ) -> None:
        def find_those_who_leave(book: SeatBook) -> list[Leaver]:
            stored = self.enrolments.find_brought(keys)
            of_class = [one for one in stored if one.class_id == class_id]
            return find_leavers(book, of_class, staying)

        self.seats.withdraw_all(class_id, key, find_those_who_leave)


def find_staying(studies: Studies, of_class: Sequence[Enrolment]) -> dict[str, str]:
    """By person of one class, why they stay."""
    people = sorted({enrolment.person_id for enrolment in of_class})
    first = of_class[0]
    begun = studies.find_begun(people, first.course_id)
    finished = studies.find_finished(people, first.class_id)
    return dict.fromkeys(begun, BEGUN) | dict.fromkeys(finished, FINISHED)
