"""A broker that falls silent, its connections open, is away, and soon said to be."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from chassis.broker.port import BusUnavailable, Message
from chassis.broker.rabbitmq.transport import RabbitTransport

from tests.parts.faults import Wire, wire_to
from tests.parts.rabbitmq import Broker

pytestmark = [pytest.mark.part("rabbitmq"), pytest.mark.part("faults")]
TYPE, SERVICE = "enrollment.person.registered.v1", "silence"
NOTICED_SECONDS, LET_GO_SECONDS = 17, 6


@pytest.fixture
def wire(broker: Broker, tmp_path: Path) -> Iterator[Wire]:
    with wire_to(broker.port, tmp_path) as way:
        yield way


def seconds_until_away(call: Callable[[], object]) -> float:
    """How long it took until the call, perhaps again, said so."""
    began = time.monotonic()
    while time.monotonic() < began + 2 * NOTICED_SECONDS:
        try:
            call()
        except BusUnavailable:
            return time.monotonic() - began
    return float("inf")


def seconds_of(call: Callable[[], None]) -> float:
    began = time.monotonic()
    call()
    return time.monotonic() - began


def test_whoever_says_asks_or_hears_notices_and_lets_go(
    broker: Broker, wire: Wire
) -> None:
    bus = RabbitTransport(broker.url_by(wire.port))
    hearing = bus.open_subscriber(SERVICE, [TYPE])
    saying = bus.open_publisher()
    assert hearing.receive(0.1) is None
    wire.mute()
    calls: list[Callable[[], object]] = [
        lambda: saying.publish([Message(TYPE, "key", b"{}")]),
        lambda: bus.find_queues(SERVICE, [TYPE]),
        lambda: hearing.receive(0.5),
    ]
    with ThreadPoolExecutor(len(calls)) as at_once:
        noticed = list(at_once.map(seconds_until_away, calls))
        assert max(noticed) < NOTICED_SECONDS, noticed
        assert bus.fault != ""
        closing = [one.close for one in (saying, hearing)]
        let_go = list(at_once.map(seconds_of, closing))
    assert max(let_go) < LET_GO_SECONDS, let_go


def test_what_the_last_connection_found_is_known_without_asking(
    broker: Broker, wire: Wire
) -> None:
    bus = RabbitTransport(broker.url_by(wire.port))
    consuming = bus.open_subscriber("cut-off", [TYPE])
    assert (consuming.receive(0.1), bus.fault) == (None, "")
    wire.cut_after(0)
    assert seconds_until_away(lambda: consuming.receive(0.5)) < NOTICED_SECONDS
    assert bus.fault != ""
    consuming.close()
    wire.heal()
    bus.open_publisher().close()
    assert bus.fault == ""
