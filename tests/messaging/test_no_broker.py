"""What answers in a broker's place and speaks otherwise: no socket stays open."""

import gc
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, suppress

import pytest
from chassis.broker.port import BusUnavailable
from chassis.broker.rabbitmq.transport import RabbitTransport

TRIES = 2
"""kombu tries a second time by itself."""
NO_FRAME = bytes([1, 0, 0, 0, 0, 0, 0]) + b"and no end of it"
"""The head of an empty frame, behind which the sign is missing that ends one."""


@pytest.fixture
def port() -> Iterator[int]:
    """A server that answers each connection with that."""

    def answer() -> None:
        for _ in range(TRIES):
            with suppress(OSError), server.accept()[0] as wire:
                wire.sendall(NO_FRAME)
                while wire.recv(1024):
                    pass

    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        server.settimeout(5)
        thread = threading.Thread(target=answer)
        thread.start()
        yield server.getsockname()[1]
    thread.join(timeout=30)
    assert not thread.is_alive()


def test_a_socket_is_closed_where_no_broker_answers(port: int) -> None:
    bus = RabbitTransport(f"amqp://a:b@127.0.0.1:{port}/")
    with pytest.raises(BusUnavailable):
        bus.open_publisher()
    gc.collect()  # a socket that is open still is warned of here
