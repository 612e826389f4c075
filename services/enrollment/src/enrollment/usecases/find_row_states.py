"""Find what became, until now, of the people whom rows of a roster brought."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from enrollment.domain.enrolment import SEATED, WAITING, WITHDRAWN, Enrolment
from enrollment.usecases.find_enrolments import find_seen
from enrollment.usecases.people_ports import Finished, Groups, Merges
from enrollment.usecases.ports import Branches, People, Scope, ShownEnrolments

NO_CHUNK = ""
COMPLETED, MOVED = "completed", "moved"
"""Has the certificate of the class; is held by no branch that the caller sees."""
MOST_PLACES = 200
"""Waiting places are counted one by one: those of a page that people look at."""


@dataclass(frozen=True)
class RowState:
    """How the person of a row stands in the class now: seated, waiting at `place` (0
    where that was not counted), withdrawn, completed, or moved, of whom nothing more is
    told. `person_id` is the record by which they are reached."""

    state: str
    place: int = 0
    person_id: str = ""


@dataclass(frozen=True)
class FindRowStates:
    """A few questions for each class, however many rows."""

    branches: Branches
    people: People
    merges: Merges
    enrolments: ShownEnrolments
    finished: Finished

    def __call__(
        self, scope: Scope, enrolment_ids: Sequence[str]
    ) -> dict[str, RowState]:
        """By the enrolments that the rows were told, as far as a scope sees them, by
        the last attempt of each human, under whichever record."""
        named = [id_ for id_ in dict.fromkeys(enrolment_ids) if id_]
        stored = list(self.enrolments.find_by_ids(named).values())
        seen = find_seen(self.branches, scope, stored)
        groups = self.merges.find_groups(sorted({one.person_id for one in seen}))
        reached = self._find_reached(scope, groups)
        states: dict[str, RowState] = {}
        for class_id in sorted({one.class_id for one in seen}):
            of_class = [one for one in seen if one.class_id == class_id]
            states |= self._find_of_class(scope, class_id, of_class, groups, reached)
        return states

    def _find_reached(self, scope: Scope, groups: Groups) -> dict[str, str]:
        """By person the record by which the human is reached today."""
        every = sorted({id_ for group in groups.values() for id_ in group})
        active = self.people.pick_active(self.people.find_memberships_of(every))
        named = self.branches.find_by_ids(sorted({m.branch_id for m in active}))
        held = {
            m.person_id
            for m in active
            if m.branch_id in named and scope.covers(named[m.branch_id].line)
        }
        by = {
            id_: next((one for one in (id_, *group) if one in held), "")
            for id_, group in groups.items()
        }
        return {id_: record for id_, record in by.items() if record}

    def _find_of_class(
        self,
        scope: Scope,
        class_id: str,
        of_class: Sequence[Enrolment],
        groups: Groups,
        reached: Mapping[str, str],
    ) -> dict[str, RowState]:
        every = sorted({id_ for one in of_class for id_ in groups[one.person_id]})
        attempts = self.enrolments.find_attempts(class_id, NO_CHUNK, every)
        attempts = find_seen(self.branches, scope, attempts)
        done = self.finished.find_finished(every, class_id)
        states: dict[str, RowState] = {}
        for one in of_class:
            group, record = groups[one.person_id], reached.get(one.person_id, "")
            last = _find_last(a for a in attempts if a.person_id in group) or one
            if not record:
                states[one.id] = RowState(MOVED)
            elif last.state == SEATED and done.intersection(group):
                states[one.id] = RowState(COMPLETED, 0, record)
            else:
                is_counted = last.state == WAITING and len(states) < MOST_PLACES
                place = self.enrolments.get_waiting_place(last) if is_counted else 0
                states[one.id] = RowState(last.state, place, record)
        return states


def _find_last(attempts: Iterable[Enrolment]) -> Enrolment | None:
    """The attempt that stands, else the last one."""
    ranked = sorted(attempts, key=lambda one: (one.state != WITHDRAWN, one.ticket))
    return ranked[-1] if ranked else None
