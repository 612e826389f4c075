"""Seats come and go; who had watched or completed the course before gets the rest."""

from collections.abc import Sequence

from learning.domain.course import Seat
from learning.domain.record import Record
from learning.usecases.complete_lecture import CompleteLecture
from learning.usecases.ports import Projections, Records


def follow_seats(
    projections: Projections,
    records: Records,
    complete: CompleteLecture,
    seats: Sequence[tuple[str, int, Seat]],
) -> None:
    """Put rows of seats, and make up what their people have earned already.

    For a seat that was given up too: that it was taken may not have been consumed.
    """
    projections.put_seats(seats)
    taken = [seat for _, _, seat in seats if seat.has_taken_place]
    pairs = {(seat.person_id, seat.course_id) for seat in taken}
    for course_id in sorted({course_id for _, course_id in pairs}):
        course = projections.get_course(course_id)
        if course is not None:
            persons = sorted(person for person, of in pairs if of == course_id)
            complete.make_up(course, persons)
    groups = complete.groups.find_groups(sorted({person for person, _ in pairs}))
    alone = [pair for pair in sorted(pairs) if len(groups[pair[0]]) == 1]
    for record in records.find_complete(alone):
        complete.certify_human(record)
    for person_id, course_id in sorted(pairs - set(alone)):
        complete.certify_human(Record(person_id, course_id))
