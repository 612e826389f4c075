"""A branch's carrier on RabbitMQ 4: many chunks in flight, each settled by its code."""

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pika
import pytest
from biyong.amqp import EXCHANGE, OverAmqp
from biyong.carrier import Chunk, Decided, NotTaken, Taken
from biyong.door import Away, Refused
from pika.adapters.blocking_connection import BlockingChannel

from tests.parts import certificates
from tests.parts.certificates import Certificates
from tests.parts.faults import wire_to
from tests.parts.rabbitmq import Broker, running_broker
from tests.platform.running import until

pytestmark = pytest.mark.part("rabbitmq")
BRANCH, PASSWORD, QUEUE = "dongcheng", "branch-password", "rosters"
RECEIPTS = f"branch.{BRANCH}.receipts"
TWO_CONFIRMS = 42
"""Octets: a frame of a confirm has 21, for one message or all up to it."""
TOO_LARGE = 17 * 1024 * 1024
"""RabbitMQ 4 takes 16 MiB unless it is told otherwise."""


@pytest.fixture(name="shown", scope="module")
def _shown(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """What the broker shows, and who signed it."""
    return certificates.make(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(name="broker", scope="module")
def _broker(
    shown: Certificates, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Broker]:
    folder = tmp_path_factory.mktemp("carrier")
    with running_broker(folder, certificates=shown) as running:
        yield running


@pytest.fixture(name="platform")
def _platform(broker: Broker, url: str) -> Iterator[BlockingChannel]:
    """What stands in for the platform: an exchange and queues, all empty."""
    with pika.BlockingConnection(pika.URLParameters(broker.url)) as connection:
        channel = connection.channel()
        channel.exchange_declare(EXCHANGE, "topic", durable=True)
        for queue in (QUEUE, RECEIPTS):
            quorum = {"x-queue-type": "quorum"}
            channel.queue_delete(queue)
            channel.queue_declare(queue, durable=True, arguments=quorum)
        channel.queue_bind(QUEUE, EXCHANGE, "branch.*.roster")
        yield channel


@pytest.fixture(name="url", scope="module")
def _url(broker: Broker) -> str:
    return broker.add_branch(BRANCH, PASSWORD)


@pytest.fixture(name="carrier")
def _carrier(url: str, platform: BlockingChannel) -> Iterator[OverAmqp]:
    with closing(OverAmqp(url, BRANCH, PASSWORD)) as made:
        yield made


def chunks(count: int, name: str = "甲") -> dict[str, Chunk]:
    rows = [{"row": 1, "name": name}]
    chunk = {"roster_id": "r", "dry_run": False, "rows": rows}
    return {f"r.{number}": chunk for number in range(1, count + 1)}


def arrived(platform: BlockingChannel) -> list[tuple[str, str]]:
    """Key and message id of what lies in the platform's queue, which is empty then."""
    found = []
    while True:
        method, properties, body = platform.basic_get(QUEUE, auto_ack=True)
        if method is None:
            return found
        assert properties.user_id == f"branch.{BRANCH}"
        found.append((json.loads(body)["data"]["key"], str(properties.message_id)))


def tell(platform: BlockingChannel, type_: str, **data: Any) -> None:
    """The platform answers."""
    data |= {"roster_id": "r", "dry_run": False}
    body = json.dumps({"type": f"enrollment.{type_}", "data": data}).encode()
    platform.basic_publish("", RECEIPTS, body)


def heard(carrier: OverAmqp, *waiting: str) -> list[Decided | NotTaken]:
    return until(lambda: list(carrier.receipts(set(waiting))), 10)


def test_every_chunk_is_confirmed_and_lies_there_in_order(
    carrier: OverAmqp, platform: BlockingChannel
) -> None:
    all_ = chunks(500)
    assert list(carrier.send_all(all_)) == [Taken(key) for key in all_]
    assert [key for key, _ in arrived(platform)] == list(all_)


def test_of_many_in_flight_the_one_that_is_too_large_is_refused_by_its_code(
    carrier: OverAmqp, platform: BlockingChannel
) -> None:
    all_ = chunks(30)
    all_ |= {"r.7": {**all_["r.7"], "rows": [{"row": 1, "name": "x" * TOO_LARGE}]}}
    answers = list(carrier.send_all(all_))
    [refused] = [one for one in answers if isinstance(one, NotTaken)]
    assert (refused.key, refused.reason) == ("r.7", "broker-too-large")
    assert {one.key for one in answers} == all_.keys()
    assert {key for key, _ in arrived(platform)} == all_.keys() - {"r.7"}


def test_what_no_queue_takes_is_sent_again_later(
    carrier: OverAmqp, platform: BlockingChannel
) -> None:
    platform.queue_unbind(QUEUE, EXCHANGE, "branch.*.roster")
    with pytest.raises(Away):
        list(carrier.send_all(chunks(3)))
    platform.queue_bind(QUEUE, EXCHANGE, "branch.*.roster")
    assert len(list(carrier.send_all(chunks(3)))) == 3


def test_before_there_is_anything_at_the_broker_it_is_only_away(
    carrier: OverAmqp, platform: BlockingChannel
) -> None:
    platform.exchange_delete(EXCHANGE)
    with pytest.raises(Away):
        list(carrier.send_all(chunks(3)))
    platform.queue_delete(RECEIPTS)
    with pytest.raises(Away):
        list(carrier.receipts({"r.1"}))


def test_rights_are_refused_by_their_code_at_once(
    url: str, platform: BlockingChannel
) -> None:
    with closing(OverAmqp(url, BRANCH, PASSWORD)) as carrier:
        carrier.branch = "xicheng"
        for ask in (
            lambda: list(carrier.send_all(chunks(3))),
            lambda: list(carrier.receipts({"r.1"})),
        ):
            with pytest.raises(Refused) as refusal:
                ask()
            assert refusal.value.slug == "broker-refused"


@pytest.mark.parametrize(("password", "path"), [("wrong", ""), (PASSWORD, "nowhere")])
def test_a_login_that_is_refused_is_no_broker_that_is_away(
    url: str, password: str, path: str
) -> None:
    with pytest.raises(Refused) as refusal:
        OverAmqp(url + path, BRANCH, password)
    assert refusal.value.slug == "broker-login-refused"


def test_an_account_that_is_turned_off_is_away_once_and_refused_from_then_on(
    broker: Broker, carrier: OverAmqp
) -> None:
    user = f"branch.{BRANCH}"
    assert len(list(carrier.send_all(chunks(3)))) == 3
    broker.control("clear_password", user)
    broker.control("close_all_user_connections", user, "off")
    with pytest.raises(Away):
        list(carrier.send_all(chunks(3)))
    with pytest.raises(Refused):
        list(carrier.send_all(chunks(3)))
    broker.control("change_password", user, PASSWORD)
    assert len(list(carrier.send_all(chunks(3)))) == 3


def test_receipts_and_refusals_come_back_for_what_is_awaited(
    carrier: OverAmqp, platform: BlockingChannel
) -> None:
    list(carrier.send_all(chunks(2)))
    ids = dict(arrived(platform))
    row = {"row": 1, "outcome": "enrolled"}
    tell(platform, "receipt.issued.v1", chunk_id="r.9", rows=[])
    tell(platform, "receipt.issued.v1", chunk_id="r.1", rows=[row])
    assert heard(carrier, "r.1", "r.2") == [Decided("r.1", "r", False, [row])]
    refusal = {"reason": "rows-none", "place": "rows", "detail": "so"}
    tell(
        platform, "message.refused.v1", key="r.2", message_id="a push before", **refusal
    )
    tell(platform, "message.refused.v1", message_id=ids["r.2"], **refusal)
    assert heard(carrier, "r.2") == [NotTaken("r.2", "rows-none", "rows", "so")]


def test_a_queue_that_is_made_anew_is_heard_again(
    carrier: OverAmqp, platform: BlockingChannel
) -> None:
    tell(platform, "receipt.issued.v1", chunk_id="r.1", rows=[])
    assert heard(carrier, "r.1") == [Decided("r.1", "r", False, [])]
    platform.queue_delete(RECEIPTS)
    with pytest.raises(Away):
        heard(carrier, "r.2")
    quorum = {"x-queue-type": "quorum"}
    platform.queue_declare(RECEIPTS, durable=True, arguments=quorum)
    tell(platform, "receipt.issued.v1", chunk_id="r.2", rows=[])
    assert heard(carrier, "r.2") == [Decided("r.2", "r", False, [])]
    assert len(list(carrier.send_all(chunks(3)))) == 3


def test_a_receipt_that_was_not_used_comes_again(
    url: str, carrier: OverAmqp, platform: BlockingChannel
) -> None:
    tell(platform, "receipt.issued.v1", chunk_id="r.1", rows=[])
    receipts = carrier.receipts({"r.1"})
    assert next(iter(receipts)).key == "r.1"
    carrier.close()
    with closing(OverAmqp(url, BRANCH, PASSWORD)) as other:
        assert heard(other, "r.1") == [Decided("r.1", "r", False, [])]


def test_the_broker_is_known_by_the_certificate_in_the_address(
    broker: Broker, url: str, platform: BlockingChannel, shown: Certificates
) -> None:
    place = broker.tls_url.partition("@")[2]
    secure = f"amqps://branch.{BRANCH}:{PASSWORD}@{place}"
    with closing(
        OverAmqp(f"{secure}?ca={shown.authority}", BRANCH, PASSWORD)
    ) as carrier:
        assert len(list(carrier.send_all(chunks(3)))) == 3
    with pytest.raises(Away):
        OverAmqp(secure, BRANCH, PASSWORD)


@pytest.mark.part("faults")
def test_what_was_unconfirmed_when_the_wire_was_cut_is_sent_again(
    broker: Broker, url: str, platform: BlockingChannel, tmp_path: Path
) -> None:
    all_, settled = chunks(200, "x" * 2000), list[str]()
    with wire_to(broker.port, tmp_path) as wire:
        address = url.replace(f":{broker.port}/", f":{wire.port}/")
        with closing(OverAmqp(address, BRANCH, PASSWORD)) as carrier:
            wire.cut_after(TWO_CONFIRMS, "downstream")
            with pytest.raises(Away):
                settled.extend(answer.key for answer in carrier.send_all(all_))
            wire.heal()
            assert len(settled) < len(all_)
            due = {key: all_[key] for key in all_ if key not in settled}
            settled += [answer.key for answer in carrier.send_all(due)]
    assert sorted(settled) == sorted(all_)
    assert {key for key, _ in arrived(platform)} == all_.keys()
