"""What services declare on a RabbitMQ: on an empty one, a full one, a wrong one."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import kombu
import pytest
from chassis.broker import topology
from chassis.broker.connect import open_transport
from chassis.broker.port import BusUnavailable, Message
from chassis.broker.topology import count_consumers, count_parked, count_waiting
from chassis.clock import SystemClock, WakeSignal
from chassis.errors import Incompatible
from chassis.events.envelope import to_document
from chassis.ids import new_id
from chassis.outbox.relay import Relay
from chassis.storage.collections import MessagingCollections
from chassis.storage.leases import Lease

from tests.engines import Engine
from tests.messaging.loops import running
from tests.messaging.test_consuming import TYPE, ConsumingService, event, say
from tests.parts import certificates
from tests.parts.rabbitmq import Broker, running_broker
from tests.platform.running import until


def queues(broker: Broker) -> dict[str, str]:
    """Every queue with its type, asked of the broker itself."""
    said = broker.control("-q", "list_queues", "--no-table-headers", "name", "type")
    return dict(line.split("\t") for line in said.splitlines() if "\t" in line)


@pytest.fixture
def fresh(any_broker: Broker) -> Broker:
    """A broker with nothing on it."""
    any_broker.wipe()
    return any_broker


def test_a_service_makes_its_queues_on_an_empty_broker_and_again_changes_nothing(
    fresh: Broker,
) -> None:
    bus = open_transport(fresh.url)
    first = bus.open_subscriber("catalog", [TYPE])
    made = queues(fresh)
    wanted = {*topology.queues_of("catalog"), topology.parked_queue("catalog")}
    assert made == dict.fromkeys(wanted, "quorum")
    second = bus.open_subscriber("catalog", [TYPE])
    assert queues(fresh) == made
    found = bus.find_queues("catalog", [TYPE])
    assert {queue.name for queue in found} == wanted
    assert all(queue.there for queue in found)
    assert (count_waiting(found), count_parked(found)) == (0, 0)
    assert count_consumers(found) >= topology.PARTITIONS
    first.close()
    second.close()


def test_a_queue_that_differs_is_told_with_what_to_do(fresh: Broker) -> None:
    name = topology.queue_name("catalog", 3)
    with kombu.Connection(fresh.url) as connection:
        kombu.Queue(name, durable=True)(connection.channel()).declare()
    with pytest.raises(
        Incompatible, match=rf"'{name}'.*rabbitmqctl delete_queue {name}"
    ):
        open_transport(fresh.url).open_subscriber("catalog", [TYPE])
    fresh.control("delete_queue", name)
    open_transport(fresh.url).open_subscriber("catalog", [TYPE]).close()


def test_a_wake_queue_that_differs_is_told(fresh: Broker) -> None:
    bus, name = open_transport(fresh.url), topology.wake_queue("catalog")
    with kombu.Connection(fresh.url) as connection:
        kombu.Queue(name, durable=True)(connection.channel()).declare()
    with pytest.raises(
        Incompatible, match=rf"'{name}'.*rabbitmqctl delete_queue {name}"
    ):
        bus.open_wake_ups("catalog")


@contextmanager
def answering_nothing(broker: Broker, queue: str) -> Iterator[None]:
    """A classic queue of which nothing is heard, as when its node is cut off."""
    found = f'rabbit_amqqueue:lookup(rabbit_misc:r(<<"/">>,queue,<<"{queue}">>))'

    def do(what: str) -> None:
        at_once = f"{{ok, Q}} = {found}, sys:{what}(amqqueue:get_pid(Q))."
        assert broker.control("eval", at_once).strip() == "ok"

    do("suspend")
    try:
        yield
    finally:
        do("resume")


def test_a_wake_queue_of_which_nothing_is_heard_keeps_nobody_from_hearing(
    fresh: Broker,
) -> None:
    bus = open_transport(fresh.url)
    relay_side = bus.open_wake_ups("catalog")
    assert relay_side is not None
    with answering_nothing(fresh, topology.wake_queue("catalog")):
        hearer = bus.open_subscriber("catalog", [TYPE])
        say(bus, event("a", 1))
        batch = until(lambda: hearer.receive(0.5), 20)
        assert batch.acknowledge()
        assert all(queue.there for queue in bus.find_queues("catalog", [TYPE]))
        hearer.close()
    relay_side.close()


def test_an_exchange_that_differs_is_told_with_what_to_do(fresh: Broker) -> None:
    with kombu.Connection(fresh.url) as connection:
        other = kombu.Exchange(topology.EXCHANGE, "fanout", durable=True)
        other(connection.channel()).declare()
    with pytest.raises(Incompatible, match=r"exchange 'biyong\.events'"):
        open_transport(fresh.url).open_publisher()


def test_rights_that_are_missing_are_told(fresh: Broker) -> None:
    url = fresh.add_user("reader", "secret", "^$", "^$", ".*")
    with pytest.raises(Incompatible, match="services need configure, write and read"):
        open_transport(url).try_out()
    assert open_transport(fresh.url).try_out()[0] in "34"
    assert not [name for name in queues(fresh) if "trial" in name]


@pytest.mark.part("mongo")
def test_after_a_wipe_consumer_and_relay_make_all_anew_and_nothing_is_lost(
    fresh: Broker, mongo_engine: Engine
) -> None:
    with mongo_engine.client() as client:
        own = new_id()
        producer, hearer = client[f"said-{own}"], client[f"heard-{own}"]
        bus = open_transport(fresh.url)
        consuming = ConsumingService("enrollment", bus, hearer)
        with consuming.listening():
            say(bus, event("k", 1))
            until(lambda: consuming.of("k") == [1], 30)
            fresh.wipe()
            outbox = [to_document(event("k", 2)), to_document(event("k", 3))]
            row = {"_id": "k", "version": 3, "outbox": outbox, "out_due": 0.0}
            producer["things"].insert_one(row)
            with running(_relay(bus, producer).run):
                until(lambda: consuming.of("k") == [1, 2, 3], 60)
        assert set(topology.queues_of("enrollment")) <= set(queues(fresh))


def _relay(bus: Any, database: Any) -> Relay:
    collections = MessagingCollections(database)
    lease = Lease(collections.leases, "relay", "me", SystemClock(), term_seconds=1.0)
    return Relay([database["things"]], collections, bus, lease, WakeSignal())


@pytest.mark.part("rabbitmq")
def test_over_tls_with_our_authority_and_not_without(tmp_path: Path) -> None:
    made = certificates.make(tmp_path / "tls")
    with running_broker(tmp_path / "broker", certificates=made) as broker:
        bus = open_transport(f"{broker.tls_url}?ca={made.authority}")
        subscriber = bus.open_subscriber("catalog", [TYPE])
        publisher = bus.open_publisher()
        publisher.publish([Message(TYPE, "k", b"{}")])
        batch = until(lambda: subscriber.receive(0.5), 20)
        assert batch.deliveries[0].body == b"{}"
        batch.acknowledge()
        subscriber.close()
        publisher.send_heartbeat()
        publisher.close()
        with pytest.raises(BusUnavailable, match=r"(?i)certificate"):
            open_transport(broker.tls_url).open_publisher()
        with suppress(BusUnavailable):
            open_transport(broker.tls_url.replace("amqps", "amqp")).open_publisher()
            pytest.fail("a port for TLS took a connection without")
