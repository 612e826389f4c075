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
    rejected,
)
from enrollment.domain.seat_book import Asking, SeatBook
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
        named, shut = self._with_open_classes(chunk, named)
        outcomes += shut
        if not chunk.dry_run:
            named, taken = self._register(named)
            outcomes += taken
        for class_id in sorted({one.class_id for one in named}):
            of_class = [one for one in named if one.class_id == class_id]
            decide = self._foresee if chunk.dry_run else self._seat
            outcomes += decide(chunk, class_id, of_class)
        self.chunks.decide(chunk_id, outcomes)

    def _with_open_classes(
        self, chunk: Chunk, named: Sequence[Named]
    ) -> tuple[list[Named], list[Outcome]]:
        """A closed class takes nobody, unless this chunk was decided before."""
        ids = {one.class_id for one in named}
        closed = {id_ for id_ in ids if self._is_closed_to(chunk, id_)}
        good = [one for one in named if one.class_id not in closed]
        shut = [one for one in named if one.class_id in closed]
        return good, [rejected(one.row, "class-closed") for one in shut]

    def _is_closed_to(self, chunk: Chunk, class_id: str) -> bool:
        book = self.books.get(class_id)
        if book is None or not book.closed:
            return False
        decided = book.entry(chunk.id) or self.enrolments.of_chunk(class_id, chunk.id)
        return not decided

    def _register(self, named: Sequence[Named]) -> tuple[list[Named], list[Outcome]]:
        """Write memberships and persons; a number another chunk took is refused."""
        self.people.join({one.membership.id: one.membership for one in named}.values())
        held = self.people.members([one.membership.id for one in named])
        good, outcomes = [], []
        for one in named:
            if held[one.membership.id].person_id == one.person.id:
                good.append(one)
            else:
                outcomes.append(rejected(one.row, "member-number-taken"))
        people = {one.person.id: (one.person, one.branch.id) for one in good}
        self.people.register(people.values())
        return good, outcomes

    def _seat(
        self, chunk: Chunk, class_id: str, named: Sequence[Named]
    ) -> list[Outcome]:
        ids = [one.person.id for one in named]

        def asking(book: SeatBook) -> list[Asking]:
            return _asking(book, named, self.enrolments.latest(class_id, ids))

        self.seats.take(class_id, chunk.id, asking)
        own = {e.person_id: e for e in self.enrolments.of_chunk(class_id, chunk.id)}
        held = self.enrolments.latest(class_id, ids)
        book = self.books.get(class_id)
        reason = "class-closed" if book and book.closed else "send-again"
        return [
            _granted(one, own[one.person.id])
            if one.person.id in own
            else _not_granted(one, held.get(one.person.id), reason)
            for one in named
        ]

    def _foresee(
        self, chunk: Chunk, class_id: str, named: Sequence[Named]
    ) -> list[Outcome]:
        """What `_seat` would say now; nothing is changed."""
        book = self.books.get(class_id)
        if book is None:
            return [rejected(one.row, "class-unknown") for one in named]
        held = self.enrolments.latest(class_id, [one.person.id for one in named])
        asking = () if book.closed else _asking(book, named, held)
        seated = {g.asking.person_id: g.seated for g in book.grant(asking)[1]}
        outcomes = []
        for one in named:
            if one.person.id in seated:
                said = ENROLLED if seated[one.person.id] else WAITLISTED
                outcomes.append(Outcome(one.row.number, said))
            else:
                before = held.get(one.person.id)
                outcomes.append(_not_granted(one, before, "class-closed"))
        return outcomes


def _asking(
    book: SeatBook, named: Sequence[Named], held: dict[str, Enrolment]
) -> list[Asking]:
    """Who of these still needs a seat; one who left before tries anew."""
    pending, asking = book.pending_people(), []
    for one in named:
        before = held.get(one.person.id)
        if one.person.id in pending:
            continue
        if before and book.effective_state(before.id, before.state) != WITHDRAWN:
            continue
        attempt = before.attempt + 1 if before else 1
        id_ = enrolment_id(book.class_id, one.person.id, attempt)
        asking.append(Asking(id_, one.person.id, one.branch.line))
    return asking


def _not_granted(one: Named, held: Enrolment | None, reason: str) -> Outcome:
    """Enrolled already, by whomever; else why not now."""
    if held is None or (held.state == WITHDRAWN and reason == "class-closed"):
        return rejected(one.row, reason)
    return Outcome(one.row.number, ALREADY, enrolment_id=held.id)


def _granted(one: Named, enrolment: Enrolment) -> Outcome:
    said = ENROLLED if enrolment.first == SEATED else WAITLISTED
    return Outcome(one.row.number, said, enrolment_id=enrolment.id)
