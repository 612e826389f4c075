"""Events that bring the ids of their requests along."""

from collections.abc import Iterator, Sequence
from typing import overload

from chassis.events.envelope import Envelope
from chassis.telemetry import tracing as trace


class Carried(Sequence[Envelope]):
    """What is done while one is looked at, in a loop over them, belongs to the
    request that one belongs to."""

    def __init__(self, events: Sequence[Envelope]) -> None:
        self.events = events

    def __len__(self) -> int:
        return len(self.events)

    def __iter__(self) -> Iterator[Envelope]:
        for event in self.events:
            trace.take_up((event.traceparent, event.requestid))
            yield event

    @overload
    def __getitem__(self, at: int) -> Envelope: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Envelope]: ...
    def __getitem__(self, at: int | slice) -> Envelope | Sequence[Envelope]:
        return self.events[at]
