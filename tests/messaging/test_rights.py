"""Services under accounts of their own on RabbitMQ 4, with the rights as rendered.

All that they do goes on; nobody hears, says or takes away what is another's.
"""

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import kombu
import pytest
from amqp.exceptions import AccessRefused, PreconditionFailed
from biyong import rights
from biyong.composed import USERS
from chassis.broker import topology
from chassis.broker.connect import open_transport
from chassis.broker.port import Message, Transport
from chassis.broker.rabbitmq.connection import open_connection
from chassis.broker.rabbitmq.declarations import events_queue
from chassis.broker.topology import missing_partitions
from chassis.events.envelope import Envelope, to_bytes
from chassis.inbox.consumer import SENDER_REFUSED, Consumer
from chassis.storage.collections import MessagingCollections
from enrollment.events import roster_consumer as rosters
from pymongo import MongoClient
from pymongo.database import Database

import contracts
from tests.engines import Engine
from tests.parts.rabbitmq import Broker, running_broker
from tests.platform.running import until

pytestmark = pytest.mark.part("rabbitmq")
PASSWORDS = {name: f"of-{name}" for name in USERS}
REFUSED = (AccessRefused, PreconditionFailed)


@pytest.fixture(name="broker", scope="module")
def _broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """A broker as the composition starts it, with every service's queues."""
    folder = tmp_path_factory.mktemp("rights")
    definitions = rights.broker_definitions(PASSWORDS, "admin's", "of-accounts")
    administrator = (rights.ACCOUNTS, "of-accounts")
    with running_broker(
        folder, definitions=definitions, administrator=administrator
    ) as running:
        for service in USERS:
            bus = as_service(running, service)
            bus.open_subscriber(service, sorted(contracts.consumed_by(service))).close()
        made = as_service(running, "enrollment").open_roster_queue(
            rosters.EXCHANGE,
            rosters.QUEUE,
            rosters.PATTERN,
            at_once=1,
        )
        assert made is not None
        made.close()
        yield running


def as_service(broker: Broker, service: str) -> Transport:
    return open_transport(broker.url_of(service, PASSWORDS[service]), service)


def an_event(type_: str) -> Envelope:
    """A golden example of this type under an id of its own."""
    said = contracts.REGISTRY.example_of(type_)
    id_ = f"{said['partitionkey']}.{uuid.uuid4().hex}"
    envelope: dict[str, Any] = {**said, "id": id_}
    return Envelope(**envelope)


def message(type_: str, to: str = "") -> Message:
    event = an_event(type_)
    return Message(type_, event.partitionkey, to_bytes(event), to=to)


def say(bus: Transport, *messages: Message) -> None:
    publisher = bus.open_publisher()
    try:
        publisher.publish(messages)
    finally:
        publisher.close()


def heard(bus: Transport, service: str, count: int) -> list[tuple[str, str]]:
    """Routing key and account of what came to a service."""
    subscriber = bus.open_subscriber(service, sorted(contracts.consumed_by(service)))
    came: list[tuple[str, str]] = []

    def all_came() -> bool:
        batch = subscriber.receive(0.2)
        if batch is not None:
            came.extend((d.routing_key, d.user) for d in batch.deliveries)
            batch.acknowledge()
        return len(came) >= count

    try:
        until(all_came, 20)
    finally:
        subscriber.close()
    return came


def refused(broker: Broker, service: str, act: Callable[[Any], object]) -> bool:
    """Whether the broker refuses this to a service's account."""
    connection = open_connection(broker.url_of(service, PASSWORDS[service]))
    try:
        channel = connection.channel()
        channel.confirm_select()
        act(channel)
        channel.queue_declare(topology.queue_name(service, 0), passive=True)
    except REFUSED:
        return True
    finally:
        connection.release()
    return False


@pytest.mark.parametrize("service", USERS)
def test_a_service_says_each_of_its_facts_and_all_who_hear_it_get_it(
    broker: Broker, service: str
) -> None:
    types = [
        type_
        for type_ in contracts.REGISTRY.all_types()
        if contracts.REGISTRY.producer_of(type_) == service
        and contracts.REGISTRY.consumers_of(type_) - {contracts.BRANCH}
    ]
    say(as_service(broker, service), *map(message, types))
    expected: dict[str, int] = {}
    for type_ in types:
        for hearer in contracts.REGISTRY.consumers_of(type_) - {contracts.BRANCH}:
            if type_ in contracts.consumed_by(hearer):
                expected[hearer] = expected.get(hearer, 0) + 1
    for hearer, count in expected.items():
        came = heard(as_service(broker, hearer), hearer, count)
        assert len(came) == count
        assert {user for _, user in came} == {service}


@pytest.mark.parametrize("service", USERS)
def test_a_service_wakes_itself_and_looks_at_what_is_its_own(
    broker: Broker, service: str
) -> None:
    bus = as_service(broker, service)
    waker, woken = bus.open_publisher(), bus.open_wake_ups(service)
    assert woken is not None
    waker.wake_relay(service)
    assert woken.receive(5.0)
    assert bus.fault == ""
    for connection in (waker, woken):
        connection.close()
    for name in USERS:
        assert missing_partitions(bus.find_queues(name)) == set()
    assert all(queue.there for queue in bus.find_queues(service))
    assert bus.take_parked(service, lambda *_: None) == 0


def test_enrollment_takes_rosters_in_and_issues_receipts(broker: Broker) -> None:
    branch = broker.add_branch("dongcheng", "word")
    bus = as_service(broker, "enrollment")
    hearing = bus.open_roster_queue(
        rosters.EXCHANGE,
        rosters.QUEUE,
        rosters.PATTERN,
        at_once=1,
    )
    assert hearing is not None
    with kombu.Connection(branch) as connection:
        channel = connection.channel()
        channel.confirm_select()
        sent = channel.prepare_message(
            b"{}", properties={"user_id": "branch.dongcheng"}
        )
        channel.basic_publish(
            sent, rosters.EXCHANGE, "branch.dongcheng.roster", mandatory=True
        )
    batch = until(lambda: hearing.receive(0.2), 10)
    assert batch is not None
    [delivery] = batch.deliveries
    assert delivery.user == "branch.dongcheng"
    batch.acknowledge()
    hearing.close()
    bus.declare_receipts_queue("dongcheng")
    say(bus, Message("enrollment.receipt.issued.v1", "k", b"{}", branch="dongcheng"))
    with kombu.Connection(branch) as connection:
        channel = connection.channel()
        name = topology.receipts_queue("dongcheng")
        assert until(lambda: channel.basic_get(name, no_ack=True), 10)


def test_there_are_no_accounts_but_those_and_the_administrators(
    broker: Broker,
) -> None:
    said = broker.control("-q", "list_users", "--no-table-headers")
    names = {line.split("\t")[0] for line in said.splitlines() if "\t" in line}
    assert names - {"branch.dongcheng"} == {
        rights.ADMINISTRATOR,
        rights.ACCOUNTS,
        *USERS,
    }


QUEUE = topology.queue_name("enrollment", 3)
TAKEN = topology.routing_key("enrollment.seat.taken.v1", 3)


@pytest.mark.parametrize(
    ("what", "act"),
    [
        ("hear a queue", lambda c: c.basic_consume(QUEUE)),
        ("get from a queue", lambda c: c.basic_get(QUEUE)),
        ("get rosters", lambda c: c.basic_get(rosters.QUEUE)),
        ("get what was parked", lambda c: c.basic_get("enrollment.parked")),
        ("get receipts", lambda c: c.basic_get("branch.dongcheng.receipts")),
        ("empty a queue", lambda c: c.queue_purge(QUEUE)),
        ("delete a queue", lambda c: c.queue_delete(QUEUE)),
        ("delete the exchange", lambda c: c.exchange_delete(topology.EXCHANGE)),
        ("delete the inlet", lambda c: c.exchange_delete(rosters.EXCHANGE)),
        ("make a queue", lambda c: events_queue("x.p00", "x.parked")(c).declare()),
        ("make an exchange", lambda c: kombu.Exchange("x", "topic")(c).declare()),
        ("unbind", lambda c: c.queue_unbind(QUEUE, topology.EXCHANGE, TAKEN)),
        ("bind its queue", lambda c: c.queue_bind(QUEUE, topology.EXCHANGE, "#")),
        (
            "hear rosters in its own queue",
            lambda c: c.queue_bind("media.p00", rosters.EXCHANGE, "#"),
        ),
        ("say its facts", lambda c: publish(c, topology.EXCHANGE, TAKEN)),
        (
            "say rosters",
            lambda c: publish(c, rosters.EXCHANGE, "branch.dongcheng.roster"),
        ),
        (
            "say receipts",
            lambda c: publish(c, topology.RECEIPTS, "branch.dongcheng.receipts"),
        ),
        (
            "name its account",
            lambda c: publish(c, topology.EXCHANGE, "media.x.p00", user="enrollment"),
        ),
    ],
)
def test_media_may_not_do_this_with_what_is_enrollments(
    broker: Broker, what: str, act: Callable[[Any], object]
) -> None:
    assert refused(broker, "media", act), what


def publish(channel: Any, exchange: str, key: str, user: str = "") -> None:
    sent = channel.prepare_message(b"{}", properties={"user_id": user} if user else {})
    channel.basic_publish(sent, exchange, key)


def test_what_the_tests_call_refused_is_allowed_to_whom_it_is_for(
    broker: Broker,
) -> None:
    assert not refused(broker, "enrollment", lambda c: c.basic_consume(QUEUE))
    assert not refused(broker, "enrollment", lambda c: c.queue_purge(QUEUE))
    assert not refused(
        broker, "enrollment", lambda c: publish(c, topology.EXCHANGE, TAKEN)
    )


@pytest.fixture(name="database")
def _database(embedded_engine: Engine) -> Iterator[Database[Any]]:
    with MongoClient[Any](embedded_engine.url) as client:
        client.drop_database("rights")
        yield client["rights"]


def test_what_another_account_put_into_a_queue_is_put_aside_unheard(
    broker: Broker, database: Database[Any]
) -> None:
    """By the exchange that leads to every queue anybody may write anywhere."""
    type_, handled = "media.lecture.ready.v1", list[str]()
    collections = MessagingCollections(database)
    collections.declare_indexes()

    def handle(events: Any) -> None:
        handled.extend(event.id for event in events)

    consumer = Consumer(
        "learning", {type_: handle}, collections, as_service(broker, "learning")
    )
    good, forged = message(type_, to="learning"), message(type_, to="learning")
    say(as_service(broker, "notify"), forged)
    nameless = open_transport(broker.url_of("media", PASSWORDS["media"]))
    say(nameless, message(type_, to="learning"))
    say(as_service(broker, "media"), good)
    put_aside(broker, "media", "learning", message(type_))
    put_aside(broker, "notify", "learning", message(type_))

    def hear() -> bool:
        consumer.consume_batch(_Never())  # type: ignore[arg-type]
        refused = collections.retry_queue.count_documents({"why": SENDER_REFUSED})
        return len(handled) == 2 and refused == 3

    until(hear, 30)
    consumer._close_subscriber()
    parked = list(collections.retry_queue.find({"why": SENDER_REFUSED}))
    assert all(row["_id"].startswith("unreadable.") for row in parked)


def put_aside(broker: Broker, account: str, service: str, said: Message) -> None:
    """Put a message where the broker puts what was delivered too often."""
    connection = open_connection(broker.url_of(account, PASSWORDS[account]))
    channel = connection.channel()
    channel.confirm_select()
    sent = channel.prepare_message(said.body, properties={"user_id": account})
    parked = topology.parked_queue(service)
    channel.basic_publish(sent, topology.PARKED_EXCHANGE, parked, mandatory=True)
    channel.queue_declare(parked, passive=True)
    connection.release()


class _Never:
    """An event that is never set."""

    def is_set(self) -> bool:
        return False

    def wait(self, _: float) -> bool:
        return False
