"""Taking a roster back, and redoing it: who leaves, who stays, and what rows then say.

A roster's rounds are counted: 0 as it was sent, 1 taken back, 2 redone, and so on.
What a round grants or withdraws bears a key of chunk and round, so that repeating it
finds what was done.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from enrollment.domain.enrolment import SEATED, WITHDRAWN, Enrolment
from enrollment.domain.roster import (
    ALREADY,
    BEGUN,
    ENROLLED,
    FINISHED,
    LEFT,
    REJECTED,
    TAKEN_BACK,
    WAITLISTED,
    WHAT_TO_DO,
    Outcome,
)
from enrollment.domain.seat_book import Leaver, SeatBook, SeatRequest

CLOSED = "class-closed"
STAY_NOTES = frozenset({BEGUN, FINISHED, LEFT})


@dataclass(frozen=True)
class LeaverCounts:
    """How many would leave a seat or the waiting list if a roster were taken back, and
    how many stay because they have begun or finished."""

    seated: int = 0
    waiting: int = 0
    begun: int = 0
    finished: int = 0


def is_taking_back(round_: int) -> bool:
    """Whether a roster in this round is taken back, or on the way there."""
    return round_ % 2 == 1


def round_key(chunk_id: str, round_: int) -> str:
    """The key of what a chunk decides in a round; its own id as it was sent."""
    return f"{chunk_id}#{round_}" if round_ else chunk_id


def grant_keys(chunk_id: str, round_: int) -> list[str]:
    """The keys of all rounds before this one in which the chunk was granted seats."""
    return [round_key(chunk_id, before) for before in range(0, round_, 2)]


def find_leavers(
    book: SeatBook, brought: Iterable[Enrolment], staying: Mapping[str, str]
) -> list[Leaver]:
    """Those of a class whom a chunk brought and who leave with it.

    `staying` are the persons who stay, with the reason.
    """
    leavers = []
    for enrolment in brought:
        state = book.effective_state(enrolment.id, enrolment.state)
        if state != WITHDRAWN and enrolment.person_id not in staying:
            leavers.append(Leaver(enrolment.id, enrolment.line, state == SEATED))
    return leavers


def taken_back_outcomes(
    outcomes: Iterable[Outcome],
    brought: Iterable[Enrolment],
    key: str,
    staying: Mapping[tuple[str, str], str],
) -> list[Outcome]:
    """The outcomes of a chunk once its people have left under a key.

    `staying` tells by class and person why somebody stays.
    """
    by_id = {enrolment.id: enrolment for enrolment in brought}
    return [
        _taken_back_outcome(outcome, by_id[outcome.enrolment_id], key, staying)
        if outcome.outcome != TAKEN_BACK and outcome.enrolment_id in by_id
        else outcome
        for outcome in outcomes
    ]


def _taken_back_outcome(
    outcome: Outcome,
    enrolment: Enrolment,
    key: str,
    staying: Mapping[tuple[str, str], str],
) -> Outcome:
    if enrolment.state == WITHDRAWN and enrolment.left_by == key:
        detail = WHAT_TO_DO[TAKEN_BACK]
        return replace(outcome, outcome=TAKEN_BACK, reason=TAKEN_BACK, detail=detail)
    why = LEFT
    if enrolment.state != WITHDRAWN:
        why = staying.get((enrolment.class_id, enrolment.person_id), BEGUN)
    notes = (note for note in outcome.notes if note not in STAY_NOTES)
    return replace(outcome, notes=(*notes, why))


def find_requests(
    left: Iterable[Enrolment], book: SeatBook, latest: Mapping[str, Enrolment]
) -> list[SeatRequest]:
    """Requests of those who left with their roster, each for a new attempt.

    `latest` are the last attempts by person: whoever is in the class again asks not.
    """
    pending, requests = book.pending_people(), []
    for enrolment in left:
        before = latest[enrolment.person_id]
        is_back = book.effective_state(before.id, before.state) != WITHDRAWN
        if is_back or enrolment.person_id in pending:
            continue
        again = replace(before, attempt=before.attempt + 1)
        requests.append(SeatRequest(again.id, enrolment.person_id, enrolment.line))
    return requests


def redone_outcomes(
    outcomes: Iterable[Outcome],
    left: Iterable[Enrolment],
    granted: Sequence[Enrolment],
    latest: Mapping[tuple[str, str], Enrolment],
) -> list[Outcome]:
    """The outcomes of a chunk once those of it who had left asked again.

    `granted` are their new enrolments, `latest` the last attempts by class and person.
    """
    who = {
        enrolment.id: (enrolment.class_id, enrolment.person_id) for enrolment in left
    }
    new = {
        (enrolment.class_id, enrolment.person_id): enrolment for enrolment in granted
    }

    def redo_outcome(outcome: Outcome) -> Outcome:
        place = who.get(outcome.enrolment_id)
        if outcome.outcome != TAKEN_BACK or place is None:
            return outcome
        plain = replace(outcome, reason="", detail="")
        if place in new:
            first = new[place].first
            answer = ENROLLED if first == SEATED else WAITLISTED
            return replace(plain, outcome=answer, enrolment_id=new[place].id)
        last = latest[place]
        if last.state != WITHDRAWN:
            return replace(plain, outcome=ALREADY, enrolment_id=last.id)
        detail = WHAT_TO_DO[CLOSED]
        return replace(outcome, outcome=REJECTED, reason=CLOSED, detail=detail)

    return [redo_outcome(outcome) for outcome in outcomes]
