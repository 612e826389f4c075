"""What follows a request by itself: the seat of an approved one, and lapsing."""

from collections.abc import Mapping
from contextlib import suppress

from enrollment.domain.cancellations import CLASS_CANCELLED
from enrollment.domain.enrolment import WITHDRAWN, Enrolment
from enrollment.domain.errors import UnknownRequest
from enrollment.domain.join_request import APPROVED, LAPSED, Decided, JoinRequest
from enrollment.domain.seat_book import SeatBook, SeatRequest
from enrollment.usecases.decide_seats import DecideSeats, request_seat
from enrollment.usecases.find_decidable import FindDecidable
from enrollment.usecases.join_ports import JoinRequests
from enrollment.usecases.people_ports import Merges
from enrollment.usecases.ports import Enrolments, Now

AT_ONCE = 50
START = (0.0, "")


class SettleRequest:
    """An approved request asks the seat book, under a key of its own: once, whoever
    does it and however often."""

    def __init__(
        self,
        requests: JoinRequests,
        enrolments: Enrolments,
        seats: DecideSeats,
        merges: Merges,
        find_decidable: FindDecidable,
    ) -> None:
        self.requests, self.enrolments = requests, enrolments
        self.seats, self.merges = seats, merges
        self.find_decidable = find_decidable

    def __call__(self, request: JoinRequest) -> JoinRequest:
        """The request once its seat was asked for: approved where the human is in the
        class or waits for a seat; lapsed where the class took nobody any more, or the
        branch held the person no longer."""
        group = self.merges.find_group(request.person_id)

        def find_seat(
            book: SeatBook, latest: Mapping[str, Enrolment]
        ) -> list[SeatRequest]:
            # asked after the book was read: who left the branch meanwhile gets no seat
            asked_branch = self.find_decidable([request]).get(request.id)
            if asked_branch is None:
                return []
            line = asked_branch.branch.line
            return request_seat(book, latest, group, request.person_id, line)

        class_id, key = request.class_id, request.seat_key
        self.seats.grant_seats(class_id, key, group, find_seat)
        attempts = self.enrolments.find_attempts(class_id, key, group)
        is_in = any(e.chunk_id == key or e.state != WITHDRAWN for e in attempts)
        state = APPROVED if is_in else LAPSED

        book = self.seats.books.get(class_id)
        is_off = not is_in and book is not None and book.cancelled
        cause = CLASS_CANCELLED if is_off else ""

        def decide_settling(stored: JoinRequest) -> Decided | None:
            return stored.settle_seat(state, cause) if stored.id == request.id else None

        return self.requests.change(request.stored_id, decide_settling)


class SettleRequests:
    """Seats of approved requests that somebody who died did not ask for."""

    def __init__(self, requests: JoinRequests, settle: SettleRequest, now: Now) -> None:
        self.requests, self.settle, self.now = requests, settle, now

    def __call__(self) -> bool:
        """Settle some; False if none is due."""
        due = self.requests.find_unsettled(self.now().timestamp(), AT_ONCE)
        for request in due:
            with suppress(UnknownRequest):
                self.settle(request)
        return bool(due)


class LapseRequests:
    """Requests that nobody may decide any more lapse, and their people are told."""

    def __init__(
        self, requests: JoinRequests, find_decidable: FindDecidable, now: Now
    ) -> None:
        self.requests, self.find_decidable, self.now = requests, find_decidable, now
        self.after = START

    def __call__(self) -> bool:
        """Look at the next ones; False once all were looked at."""
        page = self.requests.find_pending(None, self.after, AT_ONCE)
        decidable = self.find_decidable(page)
        is_off = self.find_decidable.find_cancelled({r.class_id for r in page})
        for request in page:
            if request.id not in decidable:
                cause = CLASS_CANCELLED if request.class_id in is_off else ""
                self._lapse(request, cause)
        is_last = len(page) < AT_ONCE
        self.after = START if is_last else (page[-1].asked, page[-1].stored_id)
        return not is_last

    def _lapse(self, request: JoinRequest, cause: str) -> None:
        def decide_lapse(stored: JoinRequest) -> Decided | None:
            is_same = stored.id == request.id
            return stored.lapse(self.now().timestamp(), cause) if is_same else None

        with suppress(UnknownRequest):
            self.requests.change(request.stored_id, decide_lapse)
