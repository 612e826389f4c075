"""Withdraw several participants of a class together, and give them back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from enrollment.domain.enrolment import (
    SEATED,
    WAITING,
    WITHDRAWN,
    Enrolment,
    enrolment_id,
    latest_attempts,
)
from enrollment.domain.seat_book import Leaver, SeatBook, SeatRequest
from enrollment.domain.withdrawals import return_key, withdrawal_key
from enrollment.usecases.decide_seats import DecideSeats
from enrollment.usecases.find_enrolments import find_seen
from enrollment.usecases.find_finished import find_finished
from enrollment.usecases.find_people import list_within
from enrollment.usecases.find_returnable import find_returnable
from enrollment.usecases.people_ports import Finished, Groups, Merges
from enrollment.usecases.ports import Audit, Branches, Enrolments, People, Scope


@dataclass(frozen=True)
class Withdrawal:
    """Enrolments by what became of them: left, stayed for being finished, unknown."""

    left: list[str]
    finished: list[str]
    unknown: list[str]


@dataclass(frozen=True)
class Return:
    """Enrolments given back, by what their people have now, and the others."""

    seated: list[str]
    waiting: list[str]
    unknown: list[str]


class ReachParticipants:
    """Which enrolments of a class somebody may act on: those that they see, of people
    whom they reach today."""

    def __init__(
        self,
        branches: Branches,
        people: People,
        merges: Merges,
        enrolments: Enrolments,
    ) -> None:
        self.branches, self.people, self.merges = branches, people, merges
        self.enrolments = enrolments

    def __call__(
        self, scope: Scope, class_id: str, enrolment_ids: Sequence[str]
    ) -> list[Enrolment]:
        """Those that may be acted on, in this order, each once."""
        stored = self.enrolments.find_by_ids(enrolment_ids)
        of_class = [
            stored[id_]
            for id_ in dict.fromkeys(enrolment_ids)
            if id_ in stored and stored[id_].class_id == class_id
        ]
        seen = find_seen(self.branches, scope, of_class)
        groups = self.find_groups(seen)
        every = sorted({id_ for group in groups.values() for id_ in group})
        within = list_within(self.branches, self.people, scope, every)
        held = {person.id for person, _ in within}
        return [one for one in seen if held.intersection(groups[one.person_id])]

    def find_groups(self, enrolments: Sequence[Enrolment]) -> Groups:
        """All records of each of these humans, by person."""
        return self.merges.find_groups(sorted({one.person_id for one in enrolments}))

    def find_lines(
        self, scope: Scope, enrolments: Sequence[Enrolment], groups: Groups
    ) -> dict[str, tuple[str, ...]]:
        """By enrolment the line of the branch for which its human counts today: the one
        that enrolled them while it holds them, else another that does, as it lies now
        in the tree."""
        every = sorted({id_ for group in groups.values() for id_ in group})
        active = self.people.pick_active(self.people.find_memberships_of(every))
        ids = {m.branch_id for m in active} | {one.branch_id for one in enrolments}
        named = self.branches.find_by_ids(sorted(ids))
        lines = {id_: branch.line for id_, branch in named.items()}
        found: dict[str, tuple[str, ...]] = {}
        for one in enrolments:
            group = groups[one.person_id]
            holding = [m.branch_id for m in active if m.person_id in group]
            seen = [id_ for id_ in holding if scope.covers(lines.get(id_, ()))]
            is_held = one.branch_id in seen or not seen
            found[one.id] = lines.get(one.branch_id if is_held else seen[0], one.line)
        return found


class WithdrawParticipants:
    """One decision of the seat book for all of them; who has finished stays."""

    def __init__(
        self,
        reach: ReachParticipants,
        enrolments: Enrolments,
        studies: Finished,
        seats: DecideSeats,
        audit: Audit,
    ) -> None:
        self.reach, self.enrolments, self.studies = reach, enrolments, studies
        self.seats, self.audit = seats, audit

    def __call__(
        self,
        who: str,
        scope: Scope,
        class_id: str,
        key: str,
        enrolment_ids: Sequence[str],
    ) -> Withdrawal:
        """What became of each. The same key again changes nothing more."""
        today = self.seats.college_today()
        decision = withdrawal_key(today, who, key, scope.branch)
        reached = self.reach(scope, class_id, enrolment_ids)
        finished = find_finished(self.reach.merges, self.studies, class_id, reached)
        leaving = [one.id for one in reached if one.id not in finished]
        if leaving:
            self.audit.add(
                who,
                "participants-withdrawn",
                class_id,
                key=f"{class_id}/{decision}",
                people=str(len(leaving)),
            )
            self._withdraw(class_id, decision, leaving)
        after = self.enrolments.find_by_ids(leaving)
        left = [id_ for id_ in leaving if after[id_].left_by == decision]
        told = {*left, *finished}
        unknown = [id_ for id_ in dict.fromkeys(enrolment_ids) if id_ not in told]
        return Withdrawal(left, finished, unknown)

    def _withdraw(self, class_id: str, decision: str, leaving: Sequence[str]) -> None:
        def find_leavers(book: SeatBook) -> list[Leaver]:
            return list_leavers(book, self.enrolments.find_by_ids(leaving).values())

        self.seats.withdraw_all(class_id, decision, find_leavers)


def list_leavers(book: SeatBook, stored: Iterable[Enrolment]) -> list[Leaver]:
    """Those of these enrolments that have not ended, as they stand in the book."""
    states = [(one, book.effective_state(one.id, one.state)) for one in stored]
    return [
        Leaver(one.id, one.line, state == SEATED)
        for one, state in states
        if state != WITHDRAWN
    ]


class ReturnParticipants:
    """Undoes withdrawals: a seat where there is one, else a place to wait, and nothing
    in a class that is closed and full."""

    def __init__(
        self,
        reach: ReachParticipants,
        enrolments: Enrolments,
        seats: DecideSeats,
        audit: Audit,
    ) -> None:
        self.reach, self.enrolments = reach, enrolments
        self.seats, self.audit = seats, audit

    def __call__(
        self, who: str, scope: Scope, class_id: str, enrolment_ids: Sequence[str]
    ) -> Return:
        """What became of each. Again it changes nothing more."""
        today = self.seats.college_today().isoformat()
        result = Return([], [], [])
        reached = self.reach(scope, class_id, enrolment_ids)
        groups = self.reach.find_groups(reached)
        returnable = find_returnable(self.reach.branches, scope, reached)
        lines = self.reach.find_lines(scope, reached, groups)
        for one in reached:
            if one.id in returnable and today <= one.returns_until:
                state = self._give_back(who, one, groups[one.person_id], lines[one.id])
                by_state = {SEATED: result.seated, WAITING: result.waiting}
                by_state.get(state, result.unknown).append(one.id)
        told = {*result.seated, *result.waiting, *result.unknown}
        others = [id_ for id_ in dict.fromkeys(enrolment_ids) if id_ not in told]
        result.unknown.extend(others)
        return result

    def _give_back(
        self, who: str, left: Enrolment, group: Sequence[str], line: tuple[str, ...]
    ) -> str:
        """How the human's new attempt stands; empty where there is none."""
        key = return_key(left.id)

        def find_requests(
            book: SeatBook, latest: Mapping[str, Enrolment]
        ) -> list[SeatRequest]:
            attempts = self.enrolments.find_attempts(left.class_id, key, group)
            stands = [
                one
                for one in attempts
                if book.effective_state(one.id, one.state) != WITHDRAWN
            ]
            before = latest_attempts(attempts).get(left.person_id, left)
            is_last = before.id == left.id
            if stands or not is_last or book.pending_people().intersection(group):
                return []
            id_ = enrolment_id(left.class_id, left.person_id, left.attempt + 1)
            return [SeatRequest(id_, left.person_id, line)]

        self.seats.give_back(left.class_id, key, left.person_id, find_requests)
        brought = self.enrolments.find_by_chunk(left.class_id, key)
        if not brought:
            return ""
        self.audit.add(
            who, "participant-returned", left.person_id, key=f"{left.class_id}/{key}"
        )
        return brought[0].state
