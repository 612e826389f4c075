"""Seats come and go; who had watched or completed the course before gets the rest."""

from collections.abc import Sequence

from learning.domain.course import Seat
from learning.usecases.complete_lecture import Certify, CompleteLecture
from learning.usecases.ports import Copies, Records


def follow_seats(
    copies: Copies,
    records: Records,
    complete: CompleteLecture,
    certify: Certify,
    seats: Sequence[tuple[str, int, Seat]],
) -> None:
    """Keep seats, each with its id and version; make up what is earned already."""
    copies.put_seats(seats)
    pairs = {(s.person_id, s.course_id) for _, _, s in seats if s.seated}
    for course_id in sorted({course_id for _, course_id in pairs}):
        course = copies.course(course_id)
        if course is not None:
            persons = sorted(person for person, of in pairs if of == course_id)
            complete.make_up(course, persons)
    done = {
        (record.person_id, record.course_id)
        for record in records.complete_ones(sorted(pairs))
    }
    for person_id, course_id in sorted(done):
        for seat in copies.seats_of(person_id, course_id):
            certify(seat)
