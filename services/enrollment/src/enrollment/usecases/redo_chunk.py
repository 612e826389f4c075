"""A chunk of a roster that is redone: those who left with it ask for a seat again."""

from functools import partial
from itertools import groupby
from operator import attrgetter

from enrollment.domain.enrolment import Enrolment, latest_attempts
from enrollment.domain.roster import Chunk
from enrollment.domain.taking_back import (
    find_requests,
    grant_keys,
    redone_outcomes,
    round_key,
)
from enrollment.usecases.decide_seats import DecideSeats
from enrollment.usecases.ports import Enrolments
from enrollment.usecases.roster_ports import Followed

by_class = attrgetter("class_id")


class RedoChunk:
    """One decision of the seat book for each class. Repeatable at any point."""

    def __init__(
        self, chunks: Followed, enrolments: Enrolments, seats: DecideSeats
    ) -> None:
        self.chunks, self.enrolments, self.seats = chunks, enrolments, seats

    def __call__(self, chunk: Chunk, round_: int) -> None:
        """Seat whom the round before withdrew, or have them wait, and note it."""
        key, before = round_key(chunk.id, round_), round_key(chunk.id, round_ - 1)
        brought = self.enrolments.find_brought(grant_keys(chunk.id, round_))
        left = sorted((one for one in brought if one.left_by == before), key=by_class)
        granted: list[Enrolment] = []
        latest: dict[tuple[str, str], Enrolment] = {}
        for class_id, group in groupby(left, key=by_class):
            of_class = list(group)
            people = [enrolment.person_id for enrolment in of_class]
            ask = partial(find_requests, of_class)
            self.seats.grant_seats(class_id, key, people, ask)
            attempts = self.enrolments.find_attempts(class_id, key, people)
            granted += [attempt for attempt in attempts if attempt.chunk_id == key]
            last = latest_attempts(attempts)
            latest |= {(class_id, person): one for person, one in last.items()}
        outcomes = redone_outcomes(chunk.outcomes, left, granted, latest)
        self.chunks.move_chunk(chunk.id, round_, outcomes)
