"""A call to a service that never answers ends when the caller wants it to."""

import socket
import time
from collections.abc import Iterator
from typing import cast

import pytest
from chassis.http.auth import Signer
from chassis.http.client import Client
from chassis.http.problem import Problem


@pytest.fixture
def silent() -> Iterator[str]:
    """The address of a service that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


class NoToken:
    """Signs nothing."""

    def token(self, audience: str, **about: object) -> str:
        return ""


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_call_with_a_limit_ends_in_its_time(silent: str, method: str) -> None:
    client = Client("learning", silent, cast(Signer, NoToken()))
    began = time.monotonic()
    with pytest.raises(Problem) as away:
        client.call(method, ("certificates", "x"), dict, seconds=0.3)
    assert (away.value.status, away.value.slug) == (503, "service-away")
    assert 0.2 < time.monotonic() - began < 1.0


def test_a_call_with_a_limit_to_nobody_ends_at_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    client = Client("learning", f"http://127.0.0.1:{port}", cast(Signer, NoToken()))
    with pytest.raises(Problem) as away:
        client.call("GET", ("certificates", "x"), dict, seconds=5)
    assert away.value.slug == "service-away"
