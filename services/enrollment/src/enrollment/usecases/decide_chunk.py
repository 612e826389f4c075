"""Decide a roster chunk: every row gets exactly one outcome."""

from collections.abc import Sequence

from enrollment.domain.enrolment import SEATED, WITHDRAWN, Enrolment, enrolment_id
from enrollment.domain.roster import (
    ALREADY,
    DECIDED,
    ENROLLED,
    WAITLISTED,
    Chunk,
    Outcome,
)
from enrollment.domain.seat_book import Asking
from enrollment.usecases.keep_seats import KeepSeats
from enrollment.usecases.ports import Books, Chunks, Enrolments, People
from enrollment.usecases.sift_rows import Named, SiftRows


class DecideChunk:
    """Repeatable from the start at any point: what was done is found done."""

    def __init__(
        self,
        chunks: Chunks,
        people: People,
        books: Books,
        enrolments: Enrolments,
        sift: SiftRows,
        seats: KeepSeats,
    ) -> None:
        self.chunks, self.people, self.books = chunks, people, books
        self.enrolments, self.sift, self.seats = enrolments, sift, seats

    def __call__(self, chunk_id: str) -> None:
        """Bring the chunk to its receipt."""
        chunk = self.chunks.get(chunk_id)
        if chunk is None or chunk.state == DECIDED:
            return
        named, outcomes = self.sift(chunk.branch_id, chunk.rows)
        if not chunk.dry_run:
            self._register(named)
        for class_id in sorted({one.class_id for one in named}):
            of_class = [one for one in named if one.class_id == class_id]
            decide = self._foresee if chunk.dry_run else self._seat
            outcomes += decide(chunk, class_id, of_class)
        self.chunks.decide(chunk_id, outcomes)

    def _register(self, named: Sequence[Named]) -> None:
        people = {one.person.id: (one.person, one.branch.id) for one in named}
        self.people.register(people.values())
        self.people.join({one.membership.id: one.membership for one in named}.values())

    def _seat(
        self, chunk: Chunk, class_id: str, named: Sequence[Named]
    ) -> list[Outcome]:
        ids = [one.person.id for one in named]

        def asking() -> list[Asking]:
            return _asking(class_id, named, self.enrolments.latest(class_id, ids))

        self.seats.take(class_id, chunk.id, asking)
        own = {e.person_id: e for e in self.enrolments.of_chunk(class_id, chunk.id)}
        held = self.enrolments.latest(class_id, ids)
        return [
            _granted(one, own[one.person.id])
            if one.person.id in own
            else Outcome(one.row.number, ALREADY, enrolment_id=held[one.person.id].id)
            for one in named
        ]

    def _foresee(
        self, chunk: Chunk, class_id: str, named: Sequence[Named]
    ) -> list[Outcome]:
        """What `_seat` would say now; nothing is changed."""
        book = self.books.get(class_id)
        held = self.enrolments.latest(class_id, [one.person.id for one in named])
        asking = _asking(class_id, named, held)
        entry = book.take(chunk.id, asking)[1] if book and asking else None
        seated = {g.asking.person_id: g.seated for g in entry.granted} if entry else {}
        outcomes = []
        for one in named:
            said = ALREADY
            if one.person.id in seated:
                said = ENROLLED if seated[one.person.id] else WAITLISTED
            outcomes.append(Outcome(one.row.number, said))
        return outcomes


def _asking(
    class_id: str, named: Sequence[Named], held: dict[str, Enrolment]
) -> list[Asking]:
    """Who of these still needs a seat; one who left before tries anew."""
    asking = []
    for one in named:
        before = held.get(one.person.id)
        if before is not None and before.state != WITHDRAWN:
            continue
        attempt = before.attempt + 1 if before else 1
        id_ = enrolment_id(class_id, one.person.id, attempt)
        asking.append(Asking(id_, one.person.id, one.branch.line))
    return asking


def _granted(one: Named, enrolment: Enrolment) -> Outcome:
    said = ENROLLED if enrolment.first == SEATED else WAITLISTED
    return Outcome(one.row.number, said, enrolment_id=enrolment.id)
