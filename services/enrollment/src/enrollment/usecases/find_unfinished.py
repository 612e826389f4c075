"""Find who of some people still learns in a class."""

from collections.abc import Sequence
from dataclasses import dataclass

from enrollment.domain.enrolment import SEATED, latest_attempts
from enrollment.usecases.find_enrolments import find_seen
from enrollment.usecases.find_people import list_within
from enrollment.usecases.people_ports import Finished, Merges
from enrollment.usecases.ports import Branches, Enrolments, People, Scope

NO_CHUNK = ""


@dataclass(frozen=True)
class FindUnfinished:
    """Who holds a seat and no certificate of the class, as far as a scope reaches: the
    person by a membership of today, the seat by where its branch is now."""

    branches: Branches
    people: People
    enrolments: Enrolments
    finished: Finished
    merges: Merges

    def __call__(
        self, scope: Scope, class_id: str, person_ids: Sequence[str]
    ) -> list[str]:
        """The records under which they hold their seats, each human once."""
        asked = list(dict.fromkeys(person_ids))
        reached = list_within(self.branches, self.people, scope, asked)
        groups = self.merges.find_groups([person.id for person, _ in reached])
        every = sorted({id_ for group in groups.values() for id_ in group})
        if not every:
            return []
        attempts = self.enrolments.find_attempts(class_id, NO_CHUNK, every)
        latest = latest_attempts(one for one in attempts if one.person_id in every)
        seated = [one for one in latest.values() if one.state == SEATED]
        seen = {one.person_id for one in find_seen(self.branches, scope, seated)}
        done = self.finished.find_finished(every, class_id)
        found = [
            next((id_ for id_ in group if id_ in seen), "")
            for group in groups.values()
            if not done & set(group)
        ]
        return [id_ for id_ in dict.fromkeys(found) if id_]
