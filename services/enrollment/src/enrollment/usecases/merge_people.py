"""Merge two records of one human, and undo it."""

from collections.abc import Mapping
from dataclasses import dataclass

from enrollment.domain.enrolment import (
    WITHDRAWN,
    Enrolment,
    enrolment_id,
)
from enrollment.domain.errors import (
    AlreadyMerged,
    NotMerged,
    SamePerson,
    UnknownPerson,
)
from enrollment.domain.merging import Merge, find_doubled
from enrollment.domain.people import PersonChange
from enrollment.domain.seat_book import SeatBook, SeatRequest
from enrollment.usecases.decide_seats import DecideSeats
from enrollment.usecases.people_ports import Finished, Merges
from enrollment.usecases.ports import Audit, Enrolments, Now, People

MERGED, UNMERGED = "merged", "unmerged"
AUDITED = {MERGED: "person-merged", UNMERGED: "person-unmerged"}
"""What the audit log calls them."""
SETTLE_SECONDS = 60.0
"""A chunk that was being decided while two were merged may not have seen it: doubled
seats are looked for once more, after this."""
AT_ONCE = 20


@dataclass(frozen=True)
class MergeParts:
    """What merging reads and writes."""

    people: People
    merges: Merges
    enrolments: Enrolments
    seats: DecideSeats
    finished: Finished
    now: Now
    audit: Audit


class SettleMerge:
    """Of two seats in one class one is given up, through the seat book."""

    def __init__(self, parts: MergeParts) -> None:
        self.parts = parts

    def __call__(self, merge: Merge) -> None:
        """What is given up is noted first, so that undoing gives it back."""
        doubled = self._find_doubled(merge)
        if doubled:
            ids = [enrolment.id for enrolment in doubled]
            self.parts.merges.change(
                merge.person_id,
                lambda stored: None if stored.is_undone else stored.give_up(ids),
            )
            for enrolment in doubled:
                self.parts.seats.withdraw(enrolment.id)

    def _find_doubled(self, merge: Merge) -> list[Enrolment]:
        enrolments = self.parts.enrolments
        group = self.parts.merges.find_group(merge.person_id)
        found = [one for id_ in group for one in enrolments.find_by_person(id_)]
        class_ids = sorted({enrolment.class_id for enrolment in found})
        for class_id in class_ids:
            self.parts.seats.copy_out(class_id)
        found = [one for id_ in group for one in enrolments.find_by_person(id_)]
        active = [enrolment for enrolment in found if enrolment.state != WITHDRAWN]
        finished = {
            id_: self.parts.finished.find_finished(group, id_) for id_ in class_ids
        }
        return find_doubled(active, finished)


class MergePeople:
    """Staff say that two records are of one human. Repeating it changes nothing."""

    def __init__(self, parts: MergeParts) -> None:
        self.parts, self.settle = parts, SettleMerge(parts)

    def __call__(self, by: str, survivor_id: str, person_id: str) -> Merge:
        """What is stored under the one counts for the other from now on.

        Raises UnknownPerson, SamePerson, AlreadyMerged.
        """
        self._require_apart(survivor_id, person_id)
        now = self.parts.now()
        due = now.timestamp() + SETTLE_SECONDS
        merge = Merge(person_id, survivor_id, by, now, settle_due=due)
        if self.parts.merges.get(person_id) is None:
            note_merge(self.parts, merge, MERGED, by)
        if not self.parts.merges.create(merge):
            merge = self._merge_again(merge)
        self.settle(merge)
        return self.parts.merges.get(person_id) or merge

    def _merge_again(self, wanted: Merge) -> Merge:
        """A record that was an alias before, or is one since just now."""

        def decide_merge(known: Merge) -> Merge | None:
            if not known.is_undone:
                if known.survivor_id != wanted.survivor_id:
                    raise AlreadyMerged("这一份记录已并入另一份：请先撤销那次合并")
                return None
            return known.merge_again(
                wanted.survivor_id, wanted.by, wanted.at, wanted.settle_due
            )

        known = self.parts.merges.get(wanted.person_id)
        decided = decide_merge(known) if known else None
        if decided is not None:
            note_merge(self.parts, decided, MERGED, wanted.by)
        return self.parts.merges.change(wanted.person_id, decide_merge)

    def _require_apart(self, survivor_id: str, person_id: str) -> None:
        if survivor_id == person_id:
            raise SamePerson("这是同一份记录：请另选一份")
        known = self.parts.people.find_by_ids([survivor_id, person_id])
        if len(known) < 2:
            raise UnknownPerson("没有这位学员：请核对编号")
        counts_for = self.parts.merges.find_survivors([survivor_id, person_id])
        if counts_for[survivor_id] != survivor_id:
            raise AlreadyMerged("要保留的这一份已并入另一份：请保留那一份")


class UnmergePeople:
    """The two are two again, each with what was theirs."""

    def __init__(self, parts: MergeParts) -> None:
        self.parts = parts

    def __call__(self, by: str, survivor_id: str, person_id: str) -> Merge:
        """Undo a merge, and ask for the seats that were given up for it.

        Repeating it changes nothing. Raises NotMerged, MergeTooOld.
        """
        known = self.parts.merges.get(person_id)
        if known is None or known.survivor_id != survivor_id:
            raise NotMerged("这两份记录没有合并过：请从列表里选")
        now = self.parts.now()
        if not known.is_undone:
            note_merge(self.parts, known.undo_merge(by, now), UNMERGED, by)
        merge = self.parts.merges.change(
            person_id, lambda one: None if one.is_undone else one.undo_merge(by, now)
        )
        for id_ in merge.given_up:
            self._give_back(merge, id_)
        return merge

    def _give_back(self, merge: Merge, enrolment: str) -> None:
        """A new attempt in place of the one that was given up, unless there is one:
        a seat if there is one, else a waiting place; nothing in a class that is closed
        and full, and nothing to who was deleted meanwhile."""
        left = self.parts.enrolments.get(enrolment)
        if left is None or not self.parts.people.find_by_ids([left.person_id]):
            return
        key = f"unmerge/{merge.person_id}/{merge.round}/{enrolment}"

        def find_request(
            book: SeatBook, latest: Mapping[str, Enrolment]
        ) -> list[SeatRequest]:
            before = latest.get(left.person_id, left)
            is_in = book.effective_state(before.id, before.state) != WITHDRAWN
            if is_in or left.person_id in book.pending_people():
                return []
            id_ = enrolment_id(left.class_id, left.person_id, before.attempt + 1)
            return [SeatRequest(id_, left.person_id, left.line)]

        self.parts.seats.give_back(left.class_id, key, left.person_id, find_request)


class SettleMerges:
    """Looks once more for doubled seats of merges that are a minute old."""

    def __init__(self, parts: MergeParts) -> None:
        self.parts, self.settle = parts, SettleMerge(parts)

    def __call__(self) -> bool:
        """Settle some; False if none is due."""
        until = self.parts.now().timestamp()
        due = self.parts.merges.find_unsettled(until, AT_ONCE)
        for merge in due:
            if not merge.is_undone:
                self.settle(merge)
            self.parts.merges.change(merge.person_id, merge.clear_due)
        return bool(due)


def note_merge(parts: MergeParts, merge: Merge, what: str, by: str) -> None:
    """A line at both records, and one in the audit log.

    They come before the merge itself: who dies in between leaves a line too many,
    never one too few, and the repeat is the same line.
    """
    alias = merge.person_id
    parts.audit.add(
        by,
        AUDITED[what],
        alias,
        key=f"{what}-{alias}-{merge.survivor_id}-{merge.round}-{by}",
        into=merge.survivor_id,
    )
    at = parts.now().isoformat(timespec="seconds")
    for one, other in (
        (merge.person_id, merge.survivor_id),
        (merge.survivor_id, merge.person_id),
    ):
        source = f"{what}/{other}/{merge.round}"
        parts.people.note_change(PersonChange(one, by, source, (what,), at))
