"""How one service asks another: the path it asks by, and for how long."""

import socket
import threading
import time
from collections.abc import Iterator
from typing import Any, cast
from urllib.parse import unquote

import pytest
import urllib3
from chassis.http.auth import Signer
from chassis.http.client import Client, quote_path
from chassis.http.problem import Problem
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.routing import Map, Rule

ROUTES = Map(
    [
        Rule("/courses/<id>", endpoint="course"),
        Rule("/courses/<id>/publication", endpoint="publication"),
        Rule("/courses", endpoint="courses"),
        Rule("/metrics", endpoint="metrics"),
    ],
    strict_slashes=False,
)


def reached(path: str) -> tuple[str, dict[str, Any]]:
    """The route and the id that a service sees, as urllib3 sends the path."""
    sent = urllib3.util.parse_url(f"http://catalog:8000{path}").request_uri
    found: tuple[str, dict[str, Any]] = ROUTES.bind("").match(
        unquote(sent.partition("?")[0])
    )
    return found


@pytest.mark.parametrize(
    "id_",
    [
        "a?limit=200",
        "a#b",
        "100%",
        "%2e%2e",
        "%2F",
        "课程",
        "a b",
        "a\0b",
        "..%2f",
        "a;b",
    ],
)
def test_an_id_arrives_as_that_id(id_: str) -> None:
    assert reached(quote_path(("courses", id_))) == ("course", {"id": id_})


@pytest.mark.parametrize("id_", ["", ".", "..", "a/publication", "../metrics", "/"])
def test_what_no_id_can_be_is_not_found(id_: str) -> None:
    with pytest.raises(Problem) as refused:
        quote_path(("courses", id_))
    assert (refused.value.status, refused.value.slug) == (404, "not-found")


@given(st.text(st.characters(exclude_categories=("Cs",))))
def test_no_id_becomes_another_route(id_: str) -> None:
    try:
        path = quote_path(("courses", id_))
    except Problem:
        return
    assert reached(path) == ("course", {"id": id_})


@pytest.fixture
def silent() -> Iterator[str]:
    """The address of a service that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


class NoToken:
    """Signs nothing."""

    def sign_token(self, audience: str, **about: object) -> str:
        return ""


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_call_with_a_limit_ends_in_its_time(silent: str, method: str) -> None:
    client = Client("learning", silent, cast(Signer, NoToken()))
    began = time.monotonic()
    with pytest.raises(Problem) as away:
        client.send_request(method, ("certificates", "x"), dict, seconds=0.3)
    assert (away.value.status, away.value.slug) == (503, "service-away")
    assert 0.2 < time.monotonic() - began < 1.0


def test_a_call_with_a_limit_to_nobody_ends_at_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    client = Client("learning", f"http://127.0.0.1:{port}", cast(Signer, NoToken()))
    with pytest.raises(Problem) as away:
        client.send_request("GET", ("certificates", "x"), dict, seconds=5)
    assert away.value.slug == "service-away"


class Breaking:
    """A service that closes the first connection without a word, then answers."""

    def __init__(self, server: socket.socket, body: bytes = b"{}") -> None:
        self.server, self.body, self.asked = server, body, 0
        self.url = f"http://127.0.0.1:{server.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self.server.accept()
            except OSError:
                return
            with connection:
                connection.recv(65536)
                self.asked += 1
                if self.asked > 1:
                    head = (
                        f"HTTP/1.1 200 OK\r\nContent-Length: {len(self.body)}\r\n\r\n"
                    )
                    connection.sendall(head.encode() + self.body)


@pytest.mark.parametrize(
    ("method", "headers", "answers"),
    [
        ("GET", {}, True),
        ("POST", {"Idempotency-Key": "once"}, True),
        ("POST", {}, False),
        ("PUT", {}, False),
        ("DELETE", {}, False),
    ],
)
def test_only_what_may_be_repeated_is_asked_again_when_the_connection_broke(
    method: str, headers: dict[str, str], answers: bool
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        broken = Breaking(server)
        client = Client("learning", broken.url, cast(Signer, NoToken()))

        def ask() -> dict[str, Any]:
            return client.send_request(
                method, ("x",), dict[str, Any], headers=headers, seconds=5
            )

        if answers:
            assert ask() == {}
        else:
            with pytest.raises(Problem) as away:
                ask()
            assert away.value.slug == "service-away"
        assert broken.asked == (2 if answers else 1)


def test_an_answer_of_another_kind_is_a_fault_and_no_fact() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        client = Client(
            "learning", Breaking(server, b"[1]").url, cast(Signer, NoToken())
        )
        with pytest.raises(Problem) as refused:
            client.send_request("GET", ("x",), dict[str, Any], seconds=5)
    assert (refused.value.status, refused.value.slug) == (502, "answer-unreadable")
