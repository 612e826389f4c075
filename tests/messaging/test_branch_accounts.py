"""Accounts of branches on a real RabbitMQ: what each may do, and how many at once."""

import itertools
import logging
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import urllib3
from amqp.exceptions import AMQPError
from chassis.broker import topology
from chassis.broker.connect import open_transport
from chassis.broker.port import Message
from chassis.broker.rabbitmq.branch_accounts import (
    ACTIVE,
    DISABLED,
    EXCHANGE,
    MOST_CHANNELS,
    MOST_CONNECTIONS,
    UNFINISHED,
    AccountConflict,
    AccountMissing,
    BranchAccount,
    BranchAccounts,
    user_of,
)
from chassis.broker.rabbitmq.management import (
    Management,
    ManagementAddress,
    ManagementAway,
    ManagementRefused,
)
from enrollment.events import roster_consumer as rosters
from kombu.transport.pyamqp import Connection

from tests.parts.process import HOST, free_ports
from tests.parts.rabbitmq import FOUR, THREE, Broker, running_broker
from tests.platform.running import until

BRANCHES = ("dongcheng", "dongcheng-2", "xicheng")
"""One whose id begins with another's: a right must not be one of beginnings."""
HEARD = ["catalog.class.opened.v1", "enrollment.receipt.issued.v1"]
"""Of what enrollment takes: its feed of a branch tells of receipts."""
OTHERS_QUEUES = ("enrollment.rosters", "enrollment.p03", "enrollment.parked")
REFUSED = (AMQPError, OSError)
CONNECT_SECONDS = 30
"""On a machine that is busy with all the other tests."""
FLOODING = 10
"""Threads that connect at the same time."""


@dataclass(frozen=True)
class Place:
    """A broker with a platform's queues, and the accounts of its branches."""

    broker: Broker
    accounts: BranchAccounts
    passwords: dict[str, str]

    def url_of(self, branch: str) -> str:
        return self.broker.url_of(user_of(branch), self.passwords[branch])


@pytest.fixture(
    name="place",
    scope="module",
    params=[
        pytest.param(FOUR, id="4", marks=pytest.mark.part("rabbitmq")),
        pytest.param(THREE, id="3.10", marks=pytest.mark.part("rabbitmq-3.10")),
    ],
)
def _place(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("accounts")
    with running_broker(folder, request.param) as broker:
        bus = open_transport(broker.url, "enrollment")
        bus.open_subscriber("enrollment", HEARD).close()
        inlet = bus.open_roster_queue(
            rosters.EXCHANGE, rosters.QUEUE, rosters.PATTERN, at_once=1
        )
        assert inlet is not None
        inlet.close()
        accounts = BranchAccounts.of(broker.management_url)
        made = {branch: accounts.create_account(branch) for branch in BRANCHES}
        yield Place(broker, accounts, made)


def connect(url: str) -> Connection:
    """A connection under the account of an address. Raises what REFUSED names."""
    parts = urlsplit(url)
    place = f"{parts.hostname}:{parts.port}"
    made = Connection(
        place,
        userid=parts.username,
        password=parts.password,
        connect_timeout=CONNECT_SECONDS,
    )
    try:
        made.connect()
    except REFUSED:
        made.collect()
        raise
    return made


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    """A connection that is let go however it ends."""
    connection = connect(url)
    try:
        yield connection
    finally:
        let_go(connection)


def let_go(connection: Connection) -> None:
    with suppress(*REFUSED):
        connection.close()
    connection.collect()


class Tried:
    """An account that tries things, each by a channel of its own."""

    def __init__(self, url: str) -> None:
        self.url, self.connection = url, connect(url)

    def is_refused(self, act: Callable[[Any], object]) -> bool:
        """Whether the broker refuses it."""
        if not self.connection.connected:
            self.connection = connect(self.url)
        try:
            channel = self.connection.channel()
            channel.confirm_select()
            act(channel)
            channel.basic_qos(0, 1, False)  # answered after what was asked before
            channel.close()
        except REFUSED:
            return True
        return False


@contextmanager
def trying(url: str) -> Iterator[Tried]:
    tried = Tried(url)
    try:
        yield tried
    finally:
        let_go(tried.connection)


def publish(exchange: str, key: str, **properties: Any) -> Callable[[Any], object]:
    def act(channel: Any) -> None:
        sent = channel.prepare_message(b"{}", properties=properties)
        channel.basic_publish(sent, exchange, key)

    return act


def acts_on_queue(name: str) -> dict[str, Callable[[Any], object]]:
    """All that AMQP lets one ask of a queue, but to tell whether it is there."""
    return {
        "consume": lambda c: c.basic_consume(name),
        "get": lambda c: c.basic_get(name),
        "purge": lambda c: c.queue_purge(name),
        "delete": lambda c: c.queue_delete(name),
        "declare": lambda c: c.queue_declare(name, durable=True, auto_delete=False),
        "bind": lambda c: c.queue_bind(name, EXCHANGE, "#"),
        "unbind": lambda c: c.queue_unbind(name, topology.RECEIPTS, name),
        "publish by the default exchange": publish("", name),
        "publish receipts": publish(topology.RECEIPTS, name),
    }


def acts_on_exchange(name: str) -> dict[str, Callable[[Any], object]]:
    return {
        "declare": lambda c: c.exchange_declare(name, "topic", durable=True),
        "delete": lambda c: c.exchange_delete(name),
        "bind": lambda c: c.exchange_bind(EXCHANGE, name, "#"),
        "bind from": lambda c: c.exchange_bind(name, EXCHANGE, "#"),
        "hear by a queue of its own": _hear(name),
    }


def _hear(exchange: str) -> Callable[[Any], object]:
    def act(channel: Any) -> None:
        made = channel.queue_declare("", exclusive=True)
        channel.queue_bind(made.queue, exchange, "#")

    return act


def cases(own: str, others: list[str]) -> Iterator[tuple[str, Callable[[Any], object]]]:
    """What an account may not do: every exchange, key and queue, every operation."""
    key = f"branch.{own}.roster"
    queues = [topology.receipts_queue(other) for other in others]
    for queue in (*queues, *OTHERS_QUEUES, "made.up", "\n", f"{queues[0]}\n"):
        for what, act in acts_on_queue(queue).items():
            yield f"{what} {queue}", act
    mine = acts_on_queue(topology.receipts_queue(own))
    for what in mine.keys() - {"consume", "get", "purge"}:
        yield f"{what} its own queue", mine[what]
    exchanges = [
        EXCHANGE,
        topology.EXCHANGE,
        topology.RECEIPTS,
        "amq.topic",
        "new",
        "\n",
    ]
    for exchange in (*exchanges, topology.PARKED_EXCHANGE, "amq.fanout", "amq.direct"):
        for what, act in acts_on_exchange(exchange).items():
            yield f"{what} {exchange}", act
        if exchange != EXCHANGE:
            yield f"publish to {exchange}", publish(exchange, key)
    keys = [f"branch.{other}.roster" for other in others]
    keys += [key + ".x", f"x{key}", key.upper(), "branch..roster", "#", "", f"{key}\n"]
    keys += [f"branch.{own}.receipts", f"branch.{own}x.roster", "branch.*.roster"]
    for other in keys:
        yield f"publish under {other!r}", publish(EXCHANGE, other)
    for other in (*map(user_of, others), "guest", "enrollment"):
        yield f"publish as {other}", publish(EXCHANGE, key, user_id=other)


@pytest.mark.parametrize("own", BRANCHES)
def test_an_account_does_nothing_but_send_its_rosters_and_read_its_receipts(
    place: Place, own: str
) -> None:
    others = [other for other in BRANCHES if other != own]
    tried = list(cases(own, others))
    with trying(place.url_of(own)) as account:
        breaches = [what for what, act in tried if not account.is_refused(act)]
        assert breaches == []
        assert len(tried) > 120
        for what in ("get", "purge", "consume"):
            act = acts_on_queue(topology.receipts_queue(own))[what]
            assert not account.is_refused(act)
        assert not account.is_refused(publish(EXCHANGE, f"branch.{own}.roster"))


def test_what_an_account_copies_to_anothers_key_comes_under_its_own(
    place: Place,
) -> None:
    """The broker delivers to the keys that a header names beside the message's own."""
    headers = {"CC": ["branch.xicheng.roster"], "BCC": ["branch.xicheng.receipts"]}
    with connected(place.url_of("dongcheng")) as connection:
        channel = connection.channel()
        channel.confirm_select()
        sent = channel.prepare_message(b"copied", headers=headers)
        with suppress(AMQPError):
            channel.basic_publish(sent, EXCHANGE, "branch.dongcheng.roster")
    bus = open_transport(place.broker.url, "enrollment")
    inlet = bus.open_roster_queue(
        rosters.EXCHANGE, rosters.QUEUE, rosters.PATTERN, at_once=1
    )
    assert inlet is not None
    keys: set[str] = set()
    while (batch := inlet.receive(2)) is not None:
        came = [one for one in batch.deliveries if one.body == b"copied"]
        keys |= {delivery.routing_key for delivery in came}
        batch.acknowledge()
    inlet.close()
    assert keys <= {"branch.dongcheng.roster"}
    with connected(place.broker.url) as connection:
        assert not connection.channel().basic_get("branch.xicheng.receipts")


def test_300_connections_of_one_account_are_refused_beyond_its_limit(
    place: Place,
) -> None:
    flooding, other = place.url_of("dongcheng"), place.url_of("xicheng")
    held: list[Connection] = []
    refused, lock = itertools.count(), threading.Lock()
    enough = threading.Event()

    def flood(count: int) -> None:
        for _ in range(count):
            try:
                connection = connect(flooding)
            except REFUSED:
                next(refused)
            else:
                with lock:
                    held.append(connection)

    def go_on(done: list[int]) -> None:
        with connected(other) as connection:
            channel = connection.channel()
            channel.confirm_select()
            while not enough.is_set():
                publish(EXCHANGE, "branch.xicheng.roster")(channel)
                done.append(1)

    sent: list[int] = []
    each = 300 // FLOODING
    threads = [threading.Thread(target=flood, args=(each,)) for _ in range(FLOODING)]
    calm = threading.Thread(target=go_on, args=(sent,))
    calm.start()
    until(lambda: sent, 10)
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    before = len(sent)
    until(lambda: len(sent) > before, 10)
    enough.set()
    calm.join()
    try:
        # The broker counts before it adds: those that open at one moment all get in.
        assert MOST_CONNECTIONS <= len(held) < MOST_CONNECTIONS + FLOODING
        assert next(refused) == 300 - len(held)
        with connected(other):
            pass
    finally:
        for connection in held:
            let_go(connection)


def test_an_account_has_so_many_channels_and_no_more(place: Place) -> None:
    with connected(place.url_of("xicheng")) as connection:
        for _ in range(MOST_CHANNELS):
            connection.channel()
        with pytest.raises(REFUSED):
            connection.channel()


def test_enrollment_finds_the_queue_as_it_would_have_made_it(place: Place) -> None:
    bus = open_transport(place.broker.url, "enrollment")
    bus.declare_receipts_queue("xicheng")
    publisher = bus.open_publisher()
    receipt = Message("enrollment.receipt.issued.v1", "k", b"{}", branch="xicheng")
    publisher.publish([receipt])
    publisher.close()
    with connected(place.url_of("xicheng")) as connection:
        queue = topology.receipts_queue("xicheng")
        assert connection.channel().basic_get(queue, no_ack=True)


def test_what_is_made_twice_keeps_its_password(place: Place) -> None:
    assert place.accounts.create_account("xicheng") == ""
    with connected(place.url_of("xicheng")):
        pass


def test_a_new_password_ends_what_was_open_by_the_old_one(place: Place) -> None:
    old = place.accounts.create_account("rotated")
    url = place.broker.url_of(user_of("rotated"), old)
    with connected(url) as connection:
        new = place.accounts.rotate_password("rotated")
        assert new != old
        with pytest.raises(REFUSED):
            connection.channel()
    with pytest.raises(REFUSED), connected(url):
        pass
    with connected(place.broker.url_of(user_of("rotated"), new)):
        pass


def test_a_disabled_account_is_cut_off_and_comes_back_with_a_new_password(
    place: Place,
) -> None:
    accounts, user = place.accounts, user_of("disabled")
    first = accounts.create_account("disabled")
    url = place.broker.url_of(user, first)
    with connected(url) as one, connected(url) as two:
        accounts.disable_account("disabled")
        for connection in (one, two):
            with pytest.raises(REFUSED):
                connection.channel()
    with pytest.raises(REFUSED), connected(url):
        pass
    accounts.disable_account("disabled")
    assert accounts.create_account("disabled") == ""
    found = accounts.find_account("disabled")
    assert found is not None
    assert (found.state, found.connections) == (DISABLED, 0)
    again = accounts.rotate_password("disabled")
    with connected(place.broker.url_of(user, again)):
        found = accounts.find_account("disabled")
        assert found is not None
        assert (found.state, found.connections) == (ACTIVE, 1)


def test_the_list_says_how_each_stands_and_how_much_waits(place: Place) -> None:
    accounts = place.accounts
    accounts.create_account("listed")
    bus = open_transport(place.broker.url, "enrollment")
    publisher = bus.open_publisher()
    receipt = Message("enrollment.receipt.issued.v1", "k", b"{}", branch="listed")
    publisher.publish([receipt, receipt])
    publisher.close()

    def list_all() -> dict[str, BranchAccount]:
        return {account.branch: account for account in accounts.list_accounts()}

    until(lambda: list_all()["listed"].waiting == 2, 20)
    found = list_all()
    assert set(BRANCHES) <= set(found)
    assert list(found) == sorted(found)
    assert found["listed"].state == ACTIVE
    assert "guest" not in found
    assert accounts.find_account("nobody") is None


def test_who_has_no_account_gets_neither_password_nor_end(place: Place) -> None:
    for act in (place.accounts.rotate_password, place.accounts.disable_account):
        with pytest.raises(AccountMissing):
            act("nobody")
    with pytest.raises(ManagementRefused):
        place.accounts.create_account("../guest")


def test_an_account_that_was_cut_off_in_the_making_is_finished(place: Place) -> None:
    act = place.accounts.management.begin_act()
    act.put("users", user_of("begun"), password_hash="", tags="")
    found = place.accounts.find_account("begun")
    assert found is not None
    assert (found.state, found.waiting) == (UNFINISHED, None)
    password = place.accounts.create_account("begun")
    with connected(place.broker.url_of(user_of("begun"), password)):
        pass


def test_of_two_who_set_a_password_at_once_none_is_told_a_wrong_one(
    place: Place,
) -> None:
    branches = [f"contended-{number}" for number in range(5)]
    for branch in branches:
        place.accounts.create_account(branch)
        told: list[str] = []
        start = threading.Barrier(4)

        def rotate(
            branch: str = branch,
            told: list[str] = told,
            start: threading.Barrier = start,
        ) -> None:
            start.wait()
            with suppress(AccountConflict):
                told.append(place.accounts.rotate_password(branch))

        threads = [threading.Thread(target=rotate) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        good = [word for word in told if lets_in(place.broker, branch, word)]
        assert len(good) <= 1
        last = place.accounts.rotate_password(branch)
        assert lets_in(place.broker, branch, last)


def lets_in(broker: Broker, branch: str, password: str) -> bool:
    try:
        with connected(broker.url_of(user_of(branch), password)):
            return True
    except REFUSED:
        return False


def test_no_password_is_told_to_the_broker_or_written_to_a_log(
    place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    made = [place.accounts.create_account("logged")]
    made.append(place.accounts.rotate_password("logged"))
    wrong = place.broker.url_of(user_of("logged"), made[0])
    with pytest.raises(REFUSED), connected(wrong):
        pass
    said = place.broker._processes.log.read_text(errors="replace")
    for password in made:
        assert re.fullmatch(r"[A-Za-z0-9]{32}", password)
        assert password not in said
        assert password not in caplog.text


def test_an_account_without_the_tag_is_told_what_it_lacks(place: Place) -> None:
    user, password = user_of("dongcheng"), place.passwords["dongcheng"]
    own = place.broker.management_url.replace("guest:guest", f"{user}:{password}")
    for address in (own, own.replace(password, "wrong")):
        with pytest.raises(ManagementRefused):
            BranchAccounts.of(address).list_accounts()


def test_where_no_management_interface_answers_that_is_told(
    place: Place, tmp_path: Path
) -> None:
    [silent] = free_ports(1)
    for port in (silent, place.broker.port):
        with pytest.raises(ManagementAway):
            BranchAccounts.of(f"http://guest:guest@{HOST}:{port}").list_accounts()


def test_an_act_has_an_end(place: Place) -> None:
    address = ManagementAddress.of(place.broker.management_url)
    act = Management(address).begin_act(seconds=0)
    assert act.is_over()
    with pytest.raises(ManagementAway):
        act.find("overview")


@pytest.mark.parametrize(
    "wrong", ["", "amqp://a:b@host", "http://host:15672", "http://"]
)
def test_what_is_no_address_is_refused_without_its_password(wrong: str) -> None:
    with pytest.raises(ValueError, match="USER"):
        ManagementAddress.of(wrong)


def test_an_address_says_who_asks_which_host_by_which_authority() -> None:
    read = ManagementAddress.of("https://a%40b:p%3Aw@mq.example:15671/x/?vhost=v&ca=/c")
    assert (read.user, read.password) == ("a@b", "p:w")
    assert (read.url, read.vhost, read.ca) == ("https://mq.example:15671/x", "v", "/c")


def test_what_is_not_an_answer_of_the_interface_is_told_apart(place: Place) -> None:
    assert urllib3.request("GET", place.broker.management_url).status == 200
    of_pages = BranchAccounts.of(place.broker.management_url + "js")
    with pytest.raises(ManagementAway):
        of_pages.list_accounts()
