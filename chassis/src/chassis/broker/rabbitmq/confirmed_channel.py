"""A channel on which the broker confirms, refuses or returns what was published."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kombu.transport.pyamqp import Connection

CONTENT = {
    "content_type": "application/cloudevents+json",
    "content_encoding": "utf-8",
}


@dataclass(frozen=True)
class Sent:
    """Where a message went: by which key, to which partition or to which branch."""

    place: str
    partition: int | None = None
    branch: str = ""


class ConfirmedChannel:
    """What was published here, and what the broker has not confirmed yet.

    A broker that waits for one queue confirms nothing of what came after it on the same
    channel: what must not wait for each other goes on channels apart.
    """

    def __init__(self, connection: Connection, properties: Mapping[str, Any]) -> None:
        self.properties = properties
        self.channel = connection.channel()
        self.channel.confirm_select()
        self.waiting: dict[int, Sent] = {}  # in the order of sending
        self.refused: list[Sent] = []
        self.untaken: list[str] = []
        self.next_tag = 1
        self.channel.events["basic_ack"].add(self._settle_confirms)
        self.channel.events["basic_nack"].add(self._on_nack)
        self.channel.events["basic_return"].add(self._on_return)

    def send(
        self, exchange: str, body: bytes, sent: Sent, *, must_arrive: bool
    ) -> None:
        """Publish it; what `must_arrive` and no queue takes comes back."""
        prepared = self.channel.prepare_message(
            body, **CONTENT, properties=dict(self.properties)
        )
        self.channel.basic_publish(
            prepared, exchange=exchange, routing_key=sent.place, mandatory=must_arrive
        )
        self.waiting[self.next_tag] = sent
        self.next_tag += 1

    def take_refused(self) -> list[Sent]:
        """What the broker said no to since this was asked last."""
        refused, self.refused = self.refused, []
        return refused

    def take_untaken(self) -> list[str]:
        """The keys of what no queue took since this was asked last."""
        untaken, self.untaken = self.untaken, []
        return untaken

    def _settle_confirms(self, tag: int, multiple: bool) -> list[Sent]:
        """The broker has decided about this one, or all up to it; which those are."""
        oldest = next(iter(self.waiting), tag) if multiple else tag
        settled = [self.waiting.pop(n, None) for n in range(oldest, tag + 1)]
        return [sent for sent in settled if sent is not None]

    def _on_nack(self, tag: int, multiple: bool) -> None:
        self.refused += self._settle_confirms(tag, multiple)

    def _on_return(self, _: Exception, exchange: str, key: str, message: Any) -> None:
        self.untaken.append(key)
