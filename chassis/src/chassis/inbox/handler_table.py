"""The handler table: which handler a type has here; a newer version waits for one.

Why a version is a type like any other: docs/decisions/0010-versions.md.
"""

from collections.abc import Callable, Mapping, Sequence

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
    """The types that one service consumes, and their handlers."""

    def __init__(
        self,
        handlers: Mapping[str, Handler],
        registry: contracts.ContractRegistry = contracts.REGISTRY,
    ) -> None:
        self.handlers, self.registry = handlers, registry

    @property
    def consumed_types(self) -> list[str]:
        """All types to consume."""
        return sorted(self.handlers)

    def read_event(self, raw: bytes) -> Envelope:
        """The event in these bytes, checked.

        An event newer than the contracts here is let through unchecked, for
        `handle_events` to say so in its key's turn. Raises Refused for all else that
        is not as promised.
        """
        event = decode_envelope(raw)
        if not self._is_newer(event.type):
            check_contract(event, self.registry)
        return event

    def handle_events(self, events: Sequence[Envelope]) -> None:
        """Handle events of one type. Raises Unhandled, and what the handler does."""
        type_ = events[0].type
        if type_ not in self.handlers:
            raise Unhandled(self._why_unhandled(type_))
        self.handlers[type_](events)

    def retry_of(self, type_: str) -> RetryPolicy:
        """The policy declared by the handler of a type, or the usual one."""
        return retry_of(self.handlers.get(type_))

    def _is_newer(self, type_: str) -> bool:
        newest = self.registry.newest_version(type_)
        return newest is not None and version_of(type_) > version_of(newest)

    def _why_unhandled(self, type_: str) -> str:
        if self._is_newer(type_):
            newest = self.registry.newest_version(type_)
            return f"{type_} is newer than {newest}, the newest known here: upgrade"
        return f"{type_} has no handler here"
