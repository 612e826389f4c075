"""The web server on a real socket, with clients that are slow, many and unkind."""

import http.client
import json
import select
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, suppress
from typing import Any

import pytest
from chassis.http.app import create_app
from chassis.http.auth import allow_everyone
from chassis.http.body_limits import LARGE, limit_body
from chassis.http.channel import Limits
from chassis.http.proxies import Proxies
from chassis.http.server import Server
from flask import Flask, Response, request

IDLE, SLOW = 1000, 200
MIB = 1024 * 1024
GET = b"GET /plain HTTP/1.1\r\nHost: here\r\n\r\n"
Serve = Callable[..., int]


class Gate:
    """Where requests wait in the app until it is opened."""

    def __init__(self) -> None:
        self.opened, self.entered = threading.Event(), threading.Semaphore(0)

    def wait(self) -> None:
        self.entered.release()
        self.opened.wait(30)


@pytest.fixture
def gate() -> Gate:
    return Gate()


def an_app(gate: Gate) -> Flask:
    app = create_app("served", None)

    @app.get("/plain")
    @allow_everyone
    def plain() -> str:
        return "plain"

    @app.post("/form")
    @allow_everyone
    def form() -> str:
        return str(len(request.get_data()))

    @app.post("/file")
    @allow_everyone
    @limit_body(LARGE)
    def file() -> str:
        return str(len(request.get_data()))

    @app.get("/waiting")
    @allow_everyone
    def waiting() -> str:
        gate.wait()
        return "waited"

    @app.get("/endless")
    @allow_everyone
    def endless() -> Response:
        return Response(bytes(MIB) for _ in range(64))

    return app


@pytest.fixture
def serve(gate: Gate) -> Iterator[Serve]:
    """Serves the app under these limits and says at which port."""
    with ExitStack() as servers:

        def begin(threads: int = 4, **limits: Any) -> int:
            app = an_app(gate)
            server = Server(app, "127.0.0.1", 0, threads, Limits(**limits))
            server.start()
            servers.callback(server.stop, 5.0)
            servers.callback(gate.opened.set)
            return int(server.effective_port)

        yield begin


def connected(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=20)


def answered(sock: socket.socket) -> tuple[int, bytes]:
    """Status and body of the next answer."""
    answer = http.client.HTTPResponse(sock)
    answer.begin()
    return answer.status, answer.read()


def asked(port: int, path: str) -> tuple[int, float]:
    """Status and seconds of one request over a connection of its own."""
    began = time.monotonic()
    with closing(connected(port)) as sock:
        sock.sendall(f"GET {path} HTTP/1.1\r\nHost: here\r\n\r\n".encode())
        status, _ = answered(sock)
    return status, time.monotonic() - began


def is_closed(sock: socket.socket) -> bool:
    """Whether the other side closes within the time of the socket."""
    try:
        return sock.recv(1) == b""
    except ConnectionResetError:
        return True


def head(path: str, *lines: str) -> bytes:
    return "\r\n".join([f"POST {path} HTTP/1.1", "Host: here", *lines, "", ""]).encode()


def slug(body: bytes) -> str:
    return str(json.loads(body)["type"]).rpartition("/")[2]


def test_a_thousand_idle_and_two_hundred_slow_clients_hold_nobody_up(
    serve: Serve,
) -> None:
    port = serve(connections=4096)
    with ExitStack() as clients:
        idle, slow = [], []
        for _ in range(IDLE):
            sock = clients.enter_context(closing(connected(port)))
            sock.sendall(GET)
            assert answered(sock)[0] == 200
            idle.append(sock)
        for number in range(SLOW):
            sock = clients.enter_context(closing(connected(port)))
            is_head = number % 2
            length = head("/form", "Content-Length: 60000", "X-A: b")
            sock.sendall(length[:-2] + b"X-B: " if is_head else length)
            slow.append(sock)
        done = threading.Event()

        def drip() -> None:
            while not done.wait(0.5):
                for sock in slow:
                    with suppress(ConnectionError):  # its head's deadline is over
                        sock.send(b"a")

        dripping = threading.Thread(target=drip)
        dripping.start()
        took = [asked(port, "/plain") for _ in range(100)]
        probes = [asked(port, "/livez") for _ in range(100)]
        done.set()
        dripping.join()
        assert {status for status, _ in took + probes} == {200}
        assert sorted(seconds for _, seconds in took)[98] < 1
        assert sorted(seconds for _, seconds in probes)[98] < 1
        idle[0].sendall(GET)
        assert answered(idle[0])[0] == 200, "the idle ones are still served"


def test_a_head_has_a_deadline_that_no_byte_puts_off(serve: Serve) -> None:
    port = serve(head_seconds=0.5)
    with closing(connected(port)) as sock:
        sock.sendall(b"GET /plain HTTP/1.1\r\nX-Slow: ")
        until = time.monotonic() + 10
        while not select.select([sock], [], [], 0.2)[0]:
            assert time.monotonic() < until
            sock.sendall(b"a")
        assert is_closed(sock)


def test_a_body_must_come_at_a_rate(serve: Serve) -> None:
    limits = {"head_seconds": 0.2, "body_seconds": 0.2, "bytes_per_second": 10_000}
    port = serve(**limits)
    with closing(connected(port)) as slow, closing(connected(port)) as steady:
        slow.sendall(head("/form", "Content-Length: 60000"))
        steady.sendall(head("/form", "Content-Length: 60000"))
        for _ in range(6):
            steady.sendall(b"a" * 10_000)
            time.sleep(0.4)
        assert answered(steady) == (200, b"60000")
        assert is_closed(slow)


def test_whoever_takes_no_answer_keeps_no_thread(serve: Serve) -> None:
    port = serve(threads=1, stalled_seconds=1.0)
    with closing(connected(port)) as sock:
        sock.sendall(b"GET /endless HTTP/1.1\r\nHost: here\r\n\r\n")
        assert sock.recv(1) == b"H"
        status, seconds = asked(port, "/plain")
        assert (status, seconds < 15) == (200, True)


def test_a_probe_is_answered_while_every_thread_is_busy(
    serve: Serve, gate: Gate
) -> None:
    port = serve(threads=1)
    with closing(connected(port)) as busy, closing(connected(port)) as behind:
        busy.sendall(GET.replace(b"/plain", b"/waiting"))
        assert gate.entered.acquire(timeout=10)
        behind.sendall(GET)
        status, seconds = asked(port, "/livez")
        assert (status, seconds < 5) == (200, True)
        with closing(connected(port)) as sock:
            sock.sendall(b"HEAD /livez HTTP/1.1\r\nHost: here\r\n\r\n" + GET)
            assert sock.recv(15) == b"HTTP/1.1 200 OK"
        gate.opened.set()
        assert (answered(busy)[1], answered(behind)[1]) == (b"waited", b"plain")


def test_near_the_limit_those_idle_longest_make_room(serve: Serve) -> None:
    port = serve(connections=20)
    with ExitStack() as clients:
        idle = [clients.enter_context(closing(connected(port))) for _ in range(20)]
        for sock in idle:
            sock.sendall(GET)
            assert answered(sock)[0] == 200
        assert asked(port, "/plain")[0] == 200
        assert is_closed(idle[0])
        idle[-1].sendall(GET)
        assert answered(idle[-1])[0] == 200


def test_one_address_has_so_many_connections_and_no_more(
    serve: Serve, gate: Gate
) -> None:
    port = serve(per_address=3, exempt=Proxies())
    with ExitStack() as clients:
        busy = [clients.enter_context(closing(connected(port))) for _ in range(3)]
        for sock in busy:
            sock.sendall(GET.replace(b"/plain", b"/waiting"))
            assert gate.entered.acquire(timeout=10)
        more = clients.enter_context(closing(connected(port)))
        assert is_closed(more)
        gate.opened.set()
        assert [answered(sock)[0] for sock in busy] == [200, 200, 200]
        assert asked(port, "/plain")[0] == 200, "an idle one of its own gives way"
        assert len(select.select(busy, [], [], 5)[0]) == 1


@pytest.mark.parametrize(
    ("path", "known", "length", "status"),
    [
        ("/nosuch", "", 1, 404),
        ("/form", "", 64 * 1024 + 1, 413),
        ("/form", "Authorization: x", MIB + 1, 413),
        ("/file", "", 1, 413),
        ("/file", "Cookie: x", LARGE + 1, 413),
        ("/file", "Cookie: x", 1_073_741_823, 413),
        ("/plain", "", 1, 405),
    ],
)
def test_a_body_that_is_too_large_is_refused_before_any_of_it_is_read(
    serve: Serve, path: str, known: str, length: int, status: int
) -> None:
    lines = [line for line in (known, f"Content-Length: {length}") if line]
    with closing(connected(serve())) as sock:
        sock.sendall(head(path, *lines, "Expect: 100-continue"))
        assert answered(sock)[0] == status
        assert sock.recv(1) == b"", "and the connection is over"


def test_a_body_that_fits_is_taken_with_and_without_a_length(serve: Serve) -> None:
    port = serve()
    with closing(connected(port)) as sock:
        sock.sendall(head("/form", f"Content-Length: {64 * 1024}") + b"a" * 64 * 1024)
        assert answered(sock) == (200, b"65536")
        sock.sendall(head("/file", "Cookie: x", f"Content-Length: {LARGE}"))
        sock.sendall(b"a" * LARGE)
        assert answered(sock) == (200, str(LARGE).encode())
        chunked = b"10000\r\n" + b"a" * 65536 + b"\r\n"
        sock.sendall(head("/file", "Cookie: x", "Transfer-Encoding: chunked"))
        sock.sendall(3 * chunked + b"0\r\n\r\n")
        assert answered(sock) == (200, str(3 * 65536).encode())


def test_a_body_without_a_length_is_cut_at_the_limit(serve: Serve) -> None:
    with closing(connected(serve())) as sock:
        sock.sendall(head("/form", "Transfer-Encoding: chunked"))
        for _ in range(3):
            sock.sendall(b"8000\r\n" + b"a" * 0x8000 + b"\r\n")
        status, body = answered(sock)
        assert (status, slug(body)) == (413, "too-large")


def test_a_refusal_can_be_read_by_who_sends_on(serve: Serve) -> None:
    with closing(connected(serve())) as sock:
        sock.sendall(head("/form", f"Content-Length: {4 * MIB}") + b"a" * 4 * MIB)
        status, body = answered(sock)
        assert (status, slug(body)) == (413, "too-large")


def test_what_is_left_unread_is_never_taken_for_a_request(serve: Serve) -> None:
    with closing(connected(serve())) as sock:
        sock.sendall(head("/nosuch", "Content-Length: 100") + GET + GET)
        assert answered(sock)[0] == 404
        assert is_closed(sock)


@pytest.mark.parametrize(
    ("sent", "status", "said"),
    [
        (b"BAD\r\n\r\n", 400, "request-refused"),
        (head("/form", "Content-Length: " + "9" * 5000), 400, "request-refused"),
        (head("/form", "Transfer-Encoding: gzip"), 501, "coding-unknown"),
        (head("/form", "X-A: " + "a" * 40_000), 431, "head-too-large"),
        (
            head("/form", "Transfer-Encoding: chunked") + b"x\r\n",
            400,
            "request-refused",
        ),
    ],
)
def test_what_is_no_request_is_refused_in_our_words(
    serve: Serve, sent: bytes, status: int, said: str
) -> None:
    with closing(connected(serve())) as sock:
        sock.sendall(sent)
        assert (found := answered(sock))[0] == status
        assert slug(found[1]) == said
