"""The least a correct publisher does: a window of confirms, mandatory, nothing else."""

from collections.abc import Sequence
from typing import Any

import kombu
from chassis.broker import topology

PATIENCE_SECONDS = 30.0


class BarePublisher:
    """One channel of kombu with confirms."""

    def __init__(
        self,
        url: str,
        exchange: str = topology.EXCHANGE,
        content_type: str = "application/cloudevents+json",
    ) -> None:
        self.exchange, self.content_type = exchange, content_type
        self.connection = kombu.Connection(url)
        self.channel = self.connection.channel()
        self.channel.confirm_select()
        self.sent = self.confirmed = 0
        self.open: set[int] = set()
        self.channel.events["basic_ack"].add(self._confirm)
        self.channel.events["basic_return"].add(self._fail)

    def _confirm(self, tag: int, multiple: bool) -> None:
        first = self.confirmed + 1 if multiple else tag
        self.open.difference_update(range(first, tag + 1))
        if multiple:
            self.confirmed = tag

    def _fail(self, *returned: Any) -> None:
        raise RuntimeError(f"no queue takes {returned[3]}")

    def publish(self, messages: Sequence[tuple[str, bytes]]) -> None:
        """Send all; back when the broker has confirmed all."""
        for key, body in messages:
            prepared = self.channel.prepare_message(
                body,
                content_type=self.content_type,
                content_encoding="utf-8",
                properties={"delivery_mode": 2},
            )
            self.channel.basic_publish(prepared, self.exchange, key, mandatory=True)
            self.sent += 1
            self.open.add(self.sent)
        while self.open:
            self.connection.drain_events(timeout=PATIENCE_SECONDS)

    def close(self) -> None:
        self.connection.release()
