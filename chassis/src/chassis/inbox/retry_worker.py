"""The retry worker: it tries sequences of the retry queue again when they are due."""

import time
from itertools import chain

from chassis.events.envelope import Envelope
from chassis.inbox.dispatch import Dispatcher, Fault, split_layers
from chassis.inbox.retry_queue import RetryQueue
from chassis.inbox.retry_row import PARKED, Claim
from chassis.telemetry.logs import logger

CLAIMS_A_TURN = 50  # new events wait meanwhile, and most claims end in milliseconds
EVENTS_A_CLAIM = 200  # as many as a batch of the bus has
TURN_SECONDS = 10.0
"""After so long a turn begins nothing more, so that it ends within its claim."""


class RetryWorker:
    """One consumer's turns at its service's retry queue."""

    def __init__(
        self,
        retry_queue: RetryQueue,
        dispatcher: Dispatcher,
        turn_seconds: float = TURN_SECONDS,
    ) -> None:
        self.retry_queue, self.dispatcher = retry_queue, dispatcher
        self.turn_seconds = turn_seconds

    def retry_due(self) -> bool:
        """Try what is due, but not for long; whether more may be due."""
        until = time.monotonic() + self.turn_seconds
        for _ in range(CLAIMS_A_TURN):
            claim = self.retry_queue.claim_due(EVENTS_A_CLAIM)
            if claim is None:
                return False
            self._retry_claim(claim)
            if time.monotonic() > until:
                break
        return True

    def _retry_claim(self, claim: Claim) -> None:
        events = list(chain.from_iterable(claim.sequences.values()))
        faults, left = self._handle_events(self.dispatcher.find_unhandled(events))
        handled = {event.id for event in events} - {event.id for event in left}
        self.retry_queue.note_handled(claim, handled, faults.keys())
        first_left = {event.partitionkey: event for event in reversed(left)}
        for key, fault in faults.items():
            self._note_failure(first_left[key], fault)

    def _handle_events(
        self, events: list[Envelope]
    ) -> tuple[dict[str, Fault], list[Envelope]]:
        """The faults by key, and what is left, failed or not come to."""
        until = time.monotonic() + self.turn_seconds
        faults: dict[str, Fault] = {}
        left: list[Envelope] = []
        for place, layer in enumerate(split_layers(events)):
            if place and time.monotonic() > until:
                left += layer
                continue
            free = [event for event in layer if event.partitionkey not in faults]
            faults |= self.dispatcher.handle_layer(free)
            self.dispatcher.note_handled(
                [event for event in free if event.partitionkey not in faults]
            )
            left += [event for event in layer if event.partitionkey in faults]
        return faults, left

    def _note_failure(self, event: Envelope, fault: Fault) -> None:
        retry, key = self.dispatcher.handlers.retry_of(event.type), event.partitionkey
        state = self.retry_queue.note_failed(key, fault.why, retry, fault.comes_again)
        if state == PARKED:
            logger().error("sequence_parked", key=key, reason=fault.why)
