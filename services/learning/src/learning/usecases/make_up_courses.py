"""Make-up of courses, a few seats at a time.

A course may have tens of thousands of seats: this is work of its own, under a lease,
and whoever dies in it leaves the rest to the next.
"""

from learning.domain.errors import NotConsumedYet
from learning.usecases.complete_lecture import CompleteLecture
from learning.usecases.ports import MakeUps, Projections


def make_up_courses(
    projections: Projections, make_ups: MakeUps, complete: CompleteLecture
) -> bool:
    """Do the next seats of one course; False if there is nothing to do now."""
    claimed = make_ups.claim()
    if claimed is None:
        return False
    course = projections.get_course(claimed.course_id)
    seats = projections.find_next_seats(claimed.course_id, claimed.after)
    if course is None or not seats:
        make_ups.end_round(claimed)
        return True
    persons = sorted({seat.person_id for seat in seats if seat.has_taken_place})
    try:
        complete.make_up(course, persons)
        waits = ""
    except NotConsumedYet as waiting:
        waits = str(waiting)
    make_ups.save_progress(claimed, seats[-1].id, waits)
    return True
