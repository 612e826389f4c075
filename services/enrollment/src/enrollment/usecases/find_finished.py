"""Which enrolments of a class are those of people who have finished it."""

from collections.abc import Sequence

from enrollment.domain.enrolment import SEATED, Enrolment
from enrollment.usecases.people_ports import Finished, Merges


def find_finished(
    merges: Merges, studies: Finished, class_id: str, enrolments: Sequence[Enrolment]
) -> list[str]:
    """The ids of those of a human who has the certificate, under whichever record."""
    groups = merges.find_groups(sorted({one.person_id for one in enrolments}))
    every = sorted({id_ for group in groups.values() for id_ in group})
    finished = studies.find_finished(every, class_id) if every else set()
    return [
        one.id
        for one in enrolments
        if one.state == SEATED and finished.intersection(groups[one.person_id])
    ]
