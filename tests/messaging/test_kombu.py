"""What we reach for in kombu and py-amqp without a promise of theirs is still there.

A release of theirs that takes one of these away is to be told by this, not by a relay
that waits for ever or confirms that nobody counts.
"""

import socket

import pytest
from amqp.exceptions import UnexpectedFrame
from chassis.broker.rabbitmq.connection import let_go, open_connection

from tests.parts.rabbitmq import Broker
from tests.platform.running import until

pytestmark = pytest.mark.part("rabbitmq")
CLOSED = -1
"""The number of a socket that is none any more."""


def test_a_connection_shows_its_socket_to_wait_no_longer_than_we_want(
    broker: Broker,
) -> None:
    connection = open_connection(broker.url)
    assert isinstance(connection.connection.sock, socket.socket)
    assert connection.connection.sock.gettimeout() is not None
    let_go(connection)


def test_a_socket_is_closed_where_a_goodbye_is_broken_off(broker: Broker) -> None:
    def refuse(_: object) -> None:
        raise UnexpectedFrame("in place of the goodbye")

    connection = open_connection(broker.url)
    channel, wire = connection.channel(), connection.connection.sock
    queue = channel.queue_declare(exclusive=True).queue
    channel.basic_publish(channel.prepare_message(b""), "", queue)
    channel.basic_consume(queue, callback=refuse)
    let_go(connection)
    assert wire.fileno() == CLOSED


def test_a_channel_tells_its_confirms_to_who_asked(broker: Broker) -> None:
    connection = open_connection(broker.url)
    channel = connection.channel()
    channel.confirm_select()
    acks: list[tuple[int, bool]] = []
    returns: list[str] = []
    channel.events["basic_ack"].add(lambda *ack: acks.append(ack))
    channel.events["basic_return"].add(lambda *about: returns.append(about[2]))
    message = channel.prepare_message(b"")
    channel.basic_publish(message, "", "no-such-queue", mandatory=True)
    until(lambda: connection.drain_events(timeout=5) or acks, 10)
    let_go(connection)
    assert [tag for tag, _ in acks] == [1]
    assert returns == ["no-such-queue"]


def test_a_connection_counts_what_the_broker_said(broker: Broker) -> None:
    connection = open_connection(broker.url)
    channel = connection.channel()
    before = channel.connection.bytes_recv
    channel.basic_qos(0, 1, False)
    assert channel.connection.bytes_recv > before > 0
    let_go(connection)
