"""Going on with held sequences that are due.

Those of which nothing was tried yet (they wait since a consumer went away, for what a
broker lost, or a person had them tried anew) go on together, as a batch would. One that
failed goes on alone, and so does one whose company was ended by somebody in it.
"""

import time
from itertools import chain

from chassis.events.envelope import Envelope
from chassis.inbox.dispatch import Fault, Handling, layers
from chassis.inbox.retry_queue import PARKED, Claimed, Held
from chassis.telemetry.logs import logger

HELD_AT_ONCE, TOGETHER = 50, 200
TURN_SECONDS = 10.0
"""After so long a turn begins nothing more, so that it ends within its claim."""


class GoingOn:
    """One consumer's turns at what its service holds."""

    def __init__(
        self, held: Held, handling: Handling, turn_seconds: float = TURN_SECONDS
    ) -> None:
        self.held, self.handling = held, handling
        self.turn_seconds = turn_seconds

    def go_on(self) -> bool:
        """Some turns; whether more may be due.

        Not for long: who goes on with these hears nothing meanwhile.
        """
        until = time.monotonic() + self.turn_seconds
        for _ in range(HELD_AT_ONCE):
            together = self.held.claim_untried(TOGETHER)
            if together.sequences:
                self._go_on_together(together)
            elif claimed := self.held.claim():
                self._go_on_alone(*claimed)
            else:
                return False
            if time.monotonic() > until:
                break
        return True

    def _go_on_together(self, claimed: Claimed) -> None:
        sequences = claimed.sequences
        events = list(chain.from_iterable(sequences.values()))
        faults, left = self._handle_together(self.handling.unheard(events))
        handled = {event.id for event in events} - {event.id for event in left}
        done = [event for event in events if event.id in handled]
        keys = sequences.keys() - faults.keys()
        self.held.done_together(claimed.claim, keys, done)
        failed = {e.partitionkey: e for e in reversed(left) if e.partitionkey in faults}
        for key, event in failed.items():
            of_key = [one for one in sequences[key] if one.id in handled]
            if of_key:
                self.held.done(key, of_key, 1)
            self._failed_again(event, faults[key])

    def _handle_together(
        self, events: list[Envelope]
    ) -> tuple[dict[str, Fault], list[Envelope]]:
        """The faults by key, and what is left, failed or not come to."""
        until = time.monotonic() + self.turn_seconds
        faults: dict[str, Fault] = {}
        left: list[Envelope] = []
        for place, layer in enumerate(layers(events)):
            if place and time.monotonic() > until:
                left += layer
                continue
            free = [e for e in layer if e.partitionkey not in faults]
            faults |= self.handling.handle_layer(free)
            self.handling.remember([e for e in free if e.partitionkey not in faults])
            left += [e for e in layer if e.partitionkey in faults]
        return faults, left

    def _go_on_alone(self, key: str, events: list[Envelope]) -> None:
        """As many at once as were claimed, or one by one to find out which kills."""
        most = len(events)
        while events:
            handled, fault = self._handle_in_turn(events)
            if handled:
                self.handling.remember(handled)
                following = self.held.done(key, handled, most)
            if fault is not None:
                self._failed_again(events[len(handled)], fault)
                return
            events = following

    def _handle_in_turn(
        self, events: list[Envelope]
    ) -> tuple[list[Envelope], Fault | None]:
        """How far it went, and why no further."""
        until = time.monotonic() + self.turn_seconds
        unheard = {event.id for event in self.handling.unheard(events)}
        for place, event in enumerate(events):
            if place and time.monotonic() > until:
                return events[:place], None
            fault = self.handling.handle([event]) if event.id in unheard else None
            if fault is not None:
                return events[:place], fault
        return events, None

    def _failed_again(self, event: Envelope, fault: Fault) -> None:
        retry = self.handling.versions.retry(event.type)
        key = event.partitionkey
        state = self.held.failed(key, fault.why, retry, fault.comes_again)
        if state == PARKED:
            logger().error("sequence_parked", key=key, reason=fault.why)
