"""The relay wake-up: from a commit in one process to the relay in another.

In one process a `threading.Event` does it: who commits sets it, the relay waits for it.
Where no relay runs beside, or one that stands by, this waits for it instead and sends a
wake-up over the bus; beside the relay that has the lease, this receives wake-ups and
sets it. So a commit never waits, however the bus is, and commits in a row are one
wake-up. Why so:
docs/decisions/0014-wakes.md.
"""

import threading
from collections.abc import Callable
from contextlib import closing

from chassis.broker.port import BusUnavailable, Transport
from chassis.outbox.relay import Relay
from chassis.telemetry.logs import logger
from chassis.telemetry.reasons import reason_of

LOOK_SECONDS = 1.0  # how late it sees that it shall stop, or that the lease went
AGAIN_SECONDS = 1.0  # relays look by themselves meanwhile; a broker is not pestered
PAUSE_SECONDS = 0.02  # what is committed meanwhile has one more wake-up in common


class RelayWakeUps:
    """The wake-ups of one service's relay, as one of its processes has them."""

    def __init__(self, service: str, transport: Transport, relay: Relay) -> None:
        self.service, self.transport, self.relay = service, transport, relay
        self.wake = relay.wake

    def exchange_wake_ups(self, stop: threading.Event) -> None:
        """Receive them while the relay of this process has the lease, else send; until
        told to stop."""
        while not stop.is_set():
            way = (
                self._receive_until_fault
                if self.relay.is_holder
                else self._send_until_fault
            )
            self._through_faults(way, stop)

    def _through_faults(
        self, work: Callable[[threading.Event], None], stop: threading.Event
    ) -> None:
        """Without a connection relays look by themselves."""
        try:
            work(stop)
        except BusUnavailable as error:
            logger().warning("wake_ups_wait", reason=reason_of(error))
            stop.wait(AGAIN_SECONDS)

    def _send_until_fault(self, stop: threading.Event) -> None:
        with closing(self.transport.open_publisher()) as publisher:
            while not (self.relay.is_holder or stop.is_set()):
                if self.wake.wait(LOOK_SECONDS):
                    self.wake.take_names()
                    publisher.wake_relay(self.service)
                    stop.wait(PAUSE_SECONDS)
                publisher.send_heartbeat()

    def _receive_until_fault(self, stop: threading.Event) -> None:
        subscriber = self.transport.open_wake_ups(self.service)
        if subscriber is None:
            stop.wait()
            return
        with closing(subscriber):
            try:
                self.relay.is_woken = True
                self.wake.set()  # for what was committed before
                while self.relay.is_holder and not stop.is_set():
                    if batch := subscriber.receive(LOOK_SECONDS):
                        self.wake.set()
                        batch.acknowledge()
            finally:
                self.relay.is_woken = False
                self.wake.set()  # from now on it looks by itself
