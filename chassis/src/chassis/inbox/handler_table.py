"""Event contracts in several versions: any is consumed, only the newest handled.

What is published in which version: `to_consumed_versions` of the envelope. Why it is
so: docs/decisions/0010-versions.md.
"""

from collections.abc import Callable, Mapping, Sequence

import msgspec
from contracts.registry import version_of

import contracts
from chassis.errors import OwnFault
from chassis.events.envelope import Envelope, check_contract, decode_envelope
from chassis.inbox.retry_policy import RetryPolicy, retry_of

Handler = Callable[[Sequence[Envelope]], None]
"""Handles events of one type, in order per key. Repeating it changes nothing."""


class Unhandled(OwnFault):
    """No handler for this type here; one that is upgraded may have it."""

    comes_again = True


class HandlerTable:
    """The versions that one service consumes; its handlers know the newest only."""

    def __init__(
        self,
        handlers: Mapping[str, Handler],
        registry: contracts.ContractRegistry = contracts.REGISTRY,
    ) -> None:
        self.handlers, self.registry = handlers, registry
        self.target = {
            consumed: type_
            for type_ in handlers
            for consumed in (type_, *registry.older_versions(type_))
        }

    @property
    def consumed_types(self) -> list[str]:
        """All types to consume: those handled, after what can be lifted to them.

        In this order a queue that takes a newer form takes its older ones too.
        """
        return sorted(self.target, key=version_of)

    def read_event(self, raw: bytes) -> Envelope | None:
        """The event in these bytes, checked; None if it comes in a form known here too.

        An event newer than the contracts here is let through unchecked, for `handle` to
        say so in its key's turn. Raises Refused for all else that is not as promised.
        """
        event = decode_envelope(raw)
        if event.type in self.target or not self._is_newer(event.type):
            check_contract(event, self.registry)
        elif not self.target.keys().isdisjoint(event.alsoas.split()):
            return None
        return event

    def _is_newer(self, type_: str) -> bool:
        newest = self.registry.newest_version(type_)
        return newest is not None and version_of(type_) > version_of(newest)

    def handle_events(self, events: Sequence[Envelope]) -> None:
        """Handle events of one type in the newest version known.

        Raises Unhandled, Refused, and what the handler does.
        """
        type_ = events[0].type
        newest = self.target.get(type_)
        if newest is None:
            raise Unhandled(self._why_unhandled(type_))
        if newest != type_:
            events = [self._upcast_event(event, newest) for event in events]
        self.handlers[newest](events)

    def retry_of(self, type_: str) -> RetryPolicy:
        """The policy declared by the handler of a type, or the usual one."""
        return retry_of(self.handlers.get(self.target.get(type_, type_)))

    def _upcast_event(self, event: Envelope, newest: str) -> Envelope:
        data = self.registry.upcast_data(event.data, event.type, newest)
        lifted = msgspec.structs.replace(event, type=newest, data=data)
        check_contract(lifted, self.registry)
        return lifted

    def _why_unhandled(self, type_: str) -> str:
        if self._is_newer(type_):
            newest = self.registry.newest_version(type_)
            return f"{type_} is newer than {newest}, the newest known here: upgrade"
        return f"{type_} has no handler here"
