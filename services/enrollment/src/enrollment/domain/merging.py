"""Merging: two records of one human, of which one counts for the other."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from enrollment.domain import events
from enrollment.domain.enrolment import SEATED, Enrolment
from enrollment.domain.errors import MergeTooOld

UNDO_DAYS = 30


@dataclass(frozen=True)
class Merge:
    """That `person_id` is an alias of `survivor_id`; no longer once it was undone.

    Nothing of either record changes by it. `given_up` are the enrolments that were
    withdrawn since the other record had a seat in the same class; `round` counts how
    often these two or others were merged in this name. `settle_due` is above zero
    while doubled seats have still to be looked for.
    """

    person_id: str
    survivor_id: str
    by: str
    at: datetime.datetime
    undone_by: str = ""
    undone_at: datetime.datetime | None = None
    given_up: tuple[str, ...] = ()
    round: int = 1
    settle_due: float = 0.0

    @property
    def id(self) -> str:
        """One for each alias: events of it have their own order."""
        return merge_id(self.person_id)

    @property
    def is_undone(self) -> bool:
        """Whether the two are two again."""
        return self.undone_at is not None

    @property
    def alias_of(self) -> str:
        """For whom the record counts; empty once it was undone."""
        return "" if self.is_undone else self.survivor_id

    def creation_events(self) -> list[object]:
        """The event of what is true now."""
        kind = events.PersonUnmerged if self.is_undone else events.PersonMerged
        return [kind(self.person_id, self.survivor_id)]

    def merge_again(
        self, survivor_id: str, by: str, at: datetime.datetime, due: float
    ) -> "Merge":
        """The next merge of a record that was merged and unmerged before."""
        return Merge(
            self.person_id,
            survivor_id,
            by,
            at,
            round=self.round + 1,
            settle_due=due,
        )

    def undo_merge(self, by: str, at: datetime.datetime) -> "Merge":
        """The two are two again. Raises MergeTooOld."""
        if at - self.at > datetime.timedelta(days=UNDO_DAYS):
            raise MergeTooOld(f"合并已过 {UNDO_DAYS} 天，不能撤销：请联系运维")
        return replace(self, undone_by=by, undone_at=at, settle_due=0.0)

    def clear_due(self, stored: "Merge") -> "Merge | None":
        """Nothing is to be looked for; None where it was merged anew meanwhile."""
        if stored.settle_due != self.settle_due:
            return None
        return replace(stored, settle_due=0.0)

    def give_up(self, enrolment_ids: Iterable[str]) -> "Merge":
        """The merge with what is to be withdrawn for it."""
        return replace(self, given_up=tuple(sorted({*self.given_up, *enrolment_ids})))


def merge_id(person_id: str) -> str:
    """The id of the merge by which a record is an alias."""
    return f"merge.{person_id}"


def find_doubled(
    active: Iterable[Enrolment], finished: Mapping[str, set[str]]
) -> list[Enrolment]:
    """Of one human's enrolments that stand, those to give up: one stays in each class.

    It is the one that is finished, else a seat before a waiting place, else the
    earlier. `finished` says by class who has its certificate: two that are both
    finished both stay.
    """
    by_class: dict[str, list[Enrolment]] = {}
    for enrolment in active:
        by_class.setdefault(enrolment.class_id, []).append(enrolment)
    doubled: list[Enrolment] = []
    for class_id, of_class in by_class.items():
        done = finished.get(class_id, set())
        ranked = sorted(
            of_class,
            key=lambda one: (
                one.person_id not in done,
                one.state != SEATED,
                one.ticket,
            ),
        )
        doubled += [one for one in ranked[1:] if one.person_id not in done]
    return doubled
