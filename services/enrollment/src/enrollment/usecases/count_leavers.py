"""Count who would leave and who would stay if a roster were taken back now."""

from collections import Counter
from collections.abc import Iterator
from itertools import groupby

from enrollment.domain.enrolment import WITHDRAWN, Enrolment
from enrollment.domain.sent_roster import Roster
from enrollment.domain.taking_back import LeaverCounts, grant_keys
from enrollment.usecases.ports import Enrolments
from enrollment.usecases.roster_ports import Followed, Studies
from enrollment.usecases.take_back_chunk import by_class, find_staying

CHUNKS_AT_ONCE = 10
"""Up to 2,000 enrolments in hand, some 2 MB; a roster of 20,000 rows is read in ten
goes instead of a hundred."""


class CountLeavers:
    """As the enrolments stand, with nothing changed."""

    def __init__(
        self, chunks: Followed, enrolments: Enrolments, studies: Studies
    ) -> None:
        self.chunks, self.enrolments = chunks, enrolments
        self.studies = studies

    def __call__(self, roster: Roster) -> LeaverCounts:
        """The counts over all classes that the roster has people in."""
        places = self.chunks.find_places(roster.branch_id, roster.roster_id)
        real = [place.id for place in places if not place.dry_run]
        found: Counter[str] = Counter()
        for begin in range(0, len(real), CHUNKS_AT_ONCE):
            ids = real[begin : begin + CHUNKS_AT_ONCE]
            keys = [key for id_ in ids for key in grant_keys(id_, roster.round + 1)]
            found.update(self._find_fates(keys))
        return LeaverCounts(**found)

    def _find_fates(self, keys: list[str]) -> Iterator[str]:
        """Of each whom chunks brought, why they stay, or what they would leave."""
        brought = [
            one for one in self.enrolments.find_brought(keys) if one.state != WITHDRAWN
        ]
        brought.sort(key=by_class)
        for _, group in groupby(brought, key=by_class):
            of_class: list[Enrolment] = list(group)
            staying = find_staying(self.studies, of_class)
            for one in of_class:
                yield staying.get(one.person_id, one.state)
