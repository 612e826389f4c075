"""Seats come and go; who had completed the course before gets the certificate."""

from collections.abc import Sequence

from learning.domain.course import Seat
from learning.usecases.complete_lecture import Certify
from learning.usecases.ports import Copies, Records


def follow_seats(
    copies: Copies,
    records: Records,
    certify: Certify,
    seats: Sequence[tuple[str, int, Seat]],
) -> None:
    """Keep seats, each with its id and version; certify what is earned already."""
    copies.put_seats(seats)
    pairs = {(s.person_id, s.course_id) for _, _, s in seats if s.seated}
    done = {
        (record.person_id, record.course_id)
        for record in records.complete_ones(sorted(pairs))
    }
    for person_id, course_id in sorted(done):
        for seat in copies.seats_of(person_id, course_id):
            certify(seat)
