"""A lecture's file, and the part of it that a player asks for."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from chassis.http.app import create_app
from chassis.http.auth import Caller
from flask import g
from flask.testing import FlaskClient
from media.api.streaming import StreamingRoutes
from media.domain.stream import Grant, token_for
from media.usecases.check_grant import CheckGrant

from tests.unit.media.fakes import Seats, WatchingInMemory

CONTENT = bytes(range(100))
SECRET = b"secret"


class OneFile:
    """An object store with one file under every key."""

    def get_size(self, key: str) -> int:
        return len(CONTENT)

    def read_range(self, key: str, start: int, length: int) -> Iterator[bytes]:
        yield CONTENT[start : start + length]


@pytest.fixture
def token() -> str:
    """Good for ten minutes from now, not from when the tests were collected."""
    until = int(time.time()) + 600
    return token_for(SECRET, Grant(until, "session", "person", "l1", 1))


@pytest.fixture
def watching() -> WatchingInMemory:
    return WatchingInMemory()


@pytest.fixture
def client(watching: WatchingInMemory) -> FlaskClient:
    objects: Any = OneFile()
    check = CheckGrant(Seats({("person", "l1"): 2.0}), SECRET, time.time)
    app = create_app("media", None)

    @app.before_request
    def speak_for_a_trainee() -> None:
        g.caller = Caller(
            "gateway", "person", roles=frozenset({"trainee"}), session="session"
        )

    app.register_blueprint(StreamingRoutes(check, watching, objects).blueprint())
    return app.test_client()


@pytest.mark.parametrize(
    ("said", "status", "first", "last"),
    [
        ("", 200, 0, 99),
        ("bytes=0-", 200, 0, 99),
        ("bytes=10-19", 206, 10, 19),
        ("bytes=90-", 206, 90, 99),
        ("bytes=-5", 206, 95, 99),
        ("bytes=-500", 200, 0, 99),
        ("bytes=50-5000000000", 206, 50, 99),
        ("bytes=0-1,5-6", 200, 0, 99),
        ("bytes=20-10", 200, 0, 99),
        ("bytes=-", 200, 0, 99),
        ("bytes=a-b", 200, 0, 99),
        ("items=0-1", 200, 0, 99),
        ("bytes=0-" + "9" * 5000, 200, 0, 99),
        ("bytes=" + "9" * 5000 + "-", 200, 0, 99),
        ("bytes=-" + "9" * 5000, 200, 0, 99),
        ("bytes=0-1" + ",0-1" * 5000, 200, 0, 99),
        ("bytes=٣-", 200, 0, 99),
    ],
)
def test_a_range_is_one_part_or_else_the_whole(
    client: FlaskClient, token: str, said: str, status: int, first: int, last: int
) -> None:
    headers = {"Range": said} if said else {}
    answer = client.get(f"/v/{token}/l1/1/a.m4s", headers=headers)
    assert (answer.status_code, answer.data) == (status, CONTENT[first : last + 1])
    shown = f"bytes {first}-{last}/100" if status == 206 else None
    assert answer.headers.get("Content-Range") == shown


@pytest.mark.parametrize("said", ["bytes=100-", "bytes=100-200", "bytes=99999999999-"])
def test_a_part_that_is_not_there_is_refused(
    client: FlaskClient, token: str, said: str
) -> None:
    answer = client.get(f"/v/{token}/l1/1/a.m4s", headers={"Range": said})
    assert (answer.status_code, answer.json["title"]) == (416, "range refused")


@pytest.mark.parametrize(
    ("method", "file", "said", "noted"),
    [
        ("GET", "720p_00012.m4s", "", {12}),
        ("GET", "audio_00003.m4s", "", {3}),
        ("GET", "audio_00003.m4s", "bytes=0-", {3}),
        ("GET", "audio_00003.m4s", "bytes=0-98", None),
        ("GET", "audio_00003.m4s", "bytes=1-", None),
        ("HEAD", "audio_00003.m4s", "", None),
        ("GET", "720p_init.mp4", "", None),
        ("GET", "720p.m3u8", "", None),
    ],
)
def test_a_segment_counts_as_handed_out_when_all_of_it_was_taken(
    client: FlaskClient, watching: WatchingInMemory, token: str, method: str,
    file: str, said: str, noted: set[int] | None,
) -> None:  # fmt: skip
    headers = {"Range": said} if said else {}
    answer = client.open(f"/v/{token}/l1/1/{file}", method=method, headers=headers)
    assert answer.status_code in (200, 206)
    assert watching.served.get(("person.l1.1", "session")) == noted
