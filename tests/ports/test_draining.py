"""A process that is told to stop: what runs is answered, who comes goes elsewhere."""

import http.client
import threading
from collections.abc import Iterator
from contextlib import closing

import pytest
from chassis.http.app import create_app
from chassis.http.auth import allow_everyone
from chassis.http.channel import Limits
from chassis.http.readiness import Readiness
from chassis.http.server import Server

HOST, GRACE_SECONDS = "127.0.0.1", 10.0


class Slow:
    """A request that waits until it is let go."""

    def __init__(self) -> None:
        self.entered, self.let_go = threading.Event(), threading.Event()

    def answer(self) -> str:
        self.entered.set()
        assert self.let_go.wait(30)
        return "slow"


@pytest.fixture
def slow() -> Slow:
    return Slow()


@pytest.fixture
def server(slow: Slow) -> Iterator[Server]:
    app = create_app("served", None, Readiness({}))

    @app.get("/slow")
    @allow_everyone
    def answer_slowly() -> str:
        return slow.answer()

    running = Server(app, HOST, 0, 4, Limits())
    running.start()
    yield running
    slow.let_go.set()
    running.stop(GRACE_SECONDS)


def connect(server: Server) -> http.client.HTTPConnection:
    return http.client.HTTPConnection(HOST, server.effective_port, timeout=20)


def test_while_it_drains_each_connection_is_closed_by_its_next_answer(
    server: Server,
) -> None:
    with closing(connect(server)) as usual, closing(connect(server)) as later:
        usual.request("GET", "/readyz")
        answer = usual.getresponse()
        assert (answer.read() != b"", answer.getheader("Connection")) == (True, None)
        server.drain(0.0)
        for connection in (usual, later):
            connection.request("GET", "/readyz")
            answer = connection.getresponse()
            assert (answer.status, answer.getheader("Connection")) == (200, "close")
            answer.read()
            assert connection.sock is None


def test_an_answer_that_is_begun_ends_before_the_server_does(
    server: Server, slow: Slow
) -> None:
    with closing(connect(server)) as asking:
        asking.request("GET", "/slow")
        assert slow.entered.wait(10)
        stopping = threading.Thread(target=server.stop, args=(GRACE_SECONDS,))
        stopping.start()
        slow.let_go.set()
        assert asking.getresponse().read() == b"slow"
        stopping.join(GRACE_SECONDS)
        assert not server.thread.is_alive()


def test_grace_is_given_no_longer_than_said(server: Server, slow: Slow) -> None:
    with closing(connect(server)) as asking:
        asking.request("GET", "/slow")
        assert slow.entered.wait(10)
        server.stop(0.2)
        server.thread.join(GRACE_SECONDS)
        assert (slow.let_go.is_set(), server.thread.is_alive()) == (False, False)


def test_a_process_is_ready_without_what_its_role_is_spared() -> None:
    readiness = Readiness({"store": lambda: None, "bus": lambda: "no answer"})
    assert not readiness.find_status().ready
    readiness.spared = frozenset({"bus"})
    status = readiness.find_status()
    assert (status.ready, status.away) == (True, {"bus": "no answer"})
    readiness.stopping.set()
    status = readiness.find_status()
    assert (status.ready, status.stopping) == (False, True)
