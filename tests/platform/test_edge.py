"""Lecture bytes through the edge: who gets them, from where, and what comes of it."""

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
import urllib3
from biyong.door import Door

from tests.platform import chain, rosters
from tests.platform.edge import Edged, running_edged, segment_path
from tests.platform.running import until
from tests.platform.test_seats import enrolments, withdraw

pytestmark = [pytest.mark.part("nginx"), pytest.mark.part("s3")]
LOST_SECONDS = 60


@pytest.fixture(scope="module")
def edged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edged]:
    with running_edged(tmp_path_factory.mktemp("edge")) as started:
        yield started


@pytest.fixture(scope="module")
def course(edged: Edged, tmp_path_factory: pytest.TempPathFactory) -> chain.Course:
    return chain.publish_course(edged.platform, tmp_path_factory.mktemp("lecture"))


def enrol(edged: Edged, course: chain.Course, name: str) -> Door:
    """Somebody new with a seat, signed in."""
    officer, address = edged.platform.door("shi"), f"{name}@biyong.example"
    [row] = rosters.rows(1, course.class_id)
    rosters.put(officer, f"edge.{name}", [{**row, "email": address}])
    until(lambda: rosters.receipt(officer, f"edge.{name}"), 60)
    return chain.take_up_invitation(edged.platform, address)


@pytest.fixture(scope="module")
def trainee(edged: Edged, course: chain.Course) -> Door:
    return enrol(edged, course, "viewer")


@pytest.fixture
def ticket(trainee: Door, course: chain.Course) -> dict[str, Any]:
    return chain.grant(trainee, course.lecture_id)


def checks(edged: Edged) -> int:
    """How often media was asked whether somebody may stream."""
    media = edged.platform.health("media").removesuffix("/readyz")
    text = urllib3.request("GET", f"{media}/metrics").data.decode()
    found = re.findall(r'requests_total\{endpoint="edge\.check_stream".*\} (\S+)', text)
    return int(sum(map(float, found)))


def test_a_segment_comes_from_the_bucket_and_python_is_asked_once(
    edged: Edged, trainee: Door, ticket: dict[str, Any]
) -> None:
    before, path = checks(edged), segment_path(ticket)
    whole = edged.get(path, trainee.token)
    assert whole.status == 200, (whole.data, edged.edge.log)
    assert whole.headers["Content-Type"] == "video/iso.segment"
    assert whole.headers["Cache-Control"] == "private, max-age=3600, immutable"
    part = edged.get(path, trainee.token, Range="bytes=10-19")
    assert (part.status, part.data) == (206, whole.data[10:20])
    assert part.headers["Content-Range"] == f"bytes 10-19/{len(whole.data)}"
    several = edged.get(path, trainee.token, Range="bytes=0-1,5-9")
    assert (several.status, several.data) == (200, whole.data)
    none = edged.get(path, trainee.token, Range="bytes=99999999-")
    assert none.status == 416
    known = edged.get(path, trainee.token, If_None_Match=whole.headers["ETag"])
    assert known.status == 304
    assert checks(edged) - before == 1


def test_a_playlist_and_a_poster_come_through_and_what_is_forged_does_not(
    edged: Edged, trainee: Door, ticket: dict[str, Any]
) -> None:
    playlist = edged.get(ticket["playlist"], trainee.token)
    assert playlist.headers["Content-Type"] == "application/vnd.apple.mpegurl"
    assert playlist.data.startswith(b"#EXTM3U")
    path = segment_path(ticket)
    assert edged.get(path).status == 401
    other = edged.platform.door(edged.platform.trainee())
    assert edged.get(path, other.token).status == 403
    assert edged.get(path.replace("-", "-x", 1), trainee.token).status == 403


def test_the_gateway_is_told_the_viewers_own_address(
    edged: Edged, trainee: Door
) -> None:
    page = edged.get("/api/account", trainee.token, X_Forwarded_For="203.0.113.9")
    assert page.status in (200, 404), page.data
    assert edged.get("/courses").status == 200


def test_what_the_edge_served_is_watched(edged: Edged, course: chain.Course) -> None:
    watcher = enrol(edged, course, "watcher")
    verdict = chain.watch_to_the_end(
        edged.door(watcher), chain.grant(watcher, course.lecture_id)
    )
    assert verdict["watch"]["completed"], verdict


def test_an_edge_that_is_killed_with_its_record_costs_nobody_a_second(
    edged: Edged, course: chain.Course
) -> None:
    """The player asks for what is missing again, as the page's own does."""
    watcher = enrol(edged, course, "unlucky")
    ticket = chain.grant(watcher, course.lecture_id)
    there = edged.door(watcher)
    who = {"player": "testplayer", "token": ticket["token"]}
    with edged.feed_at_rest():
        chain.call(there, ticket, "starts", who)
        chain.fetch_segments(there, ticket)
        edged.edge.kill()
        for file in edged.edge.served.iterdir():
            file.unlink()
        edged.edge.start()
    played = {**who, "start": 0.0, "end": ticket["seconds"], "speed": 1.0}
    missed = chain.call(there, ticket, "reports", played)
    assert (missed["earned"], missed["reason"]) == (0.0, "not-fetched")
    chain.fetch_segments(there, ticket)

    def judge() -> dict[str, Any] | None:
        verdict = chain.call(there, ticket, "reports", played)
        return verdict if verdict["watch"]["completed"] else None

    verdict = until(judge, 60, every=1.0)
    assert verdict["watch"]["completed"], verdict


def test_a_record_told_late_and_twice_counts_once(
    edged: Edged, course: chain.Course
) -> None:
    watcher = enrol(edged, course, "late")
    ticket = chain.grant(watcher, course.lecture_id)
    there = edged.door(watcher)
    who = {"player": "testplayer", "token": ticket["token"]}
    played = {**who, "start": 0.0, "end": ticket["seconds"], "speed": 1.0}
    chain.call(there, ticket, "starts", who)
    with edged.feed_at_rest():
        chain.fetch_segments(there, ticket)
        waits = chain.call(there, ticket, "reports", played)
        assert waits["reason"] == "not-fetched"
        [file] = sorted(edged.edge.served.iterdir())[-1:]
        with file.open("a") as again:
            again.write(file.read_text())
    verdict = until(
        lambda: _completed(chain.call(there, ticket, "reports", played)), 60, every=1.0
    )
    assert verdict["watch"]["percent"] == 100


def _completed(verdict: dict[str, Any]) -> dict[str, Any] | None:
    return verdict if verdict["watch"]["completed"] else None


def test_a_session_or_a_seat_that_is_lost_closes_within_a_minute(
    edged: Edged, course: chain.Course
) -> None:
    leaver, loser = enrol(edged, course, "leaver"), enrol(edged, course, "loser")
    doors = [
        (door, segment_path(chain.grant(door, course.lecture_id)))
        for door in (leaver, loser)
    ]
    for door, path in doors:
        assert edged.get(path, door.token).status == 200
    leaver.call("DELETE", "/api/session", object)
    officer = edged.platform.door("shi")
    withdraw(officer, enrolments(officer, course.class_id)[-1]["id"])
    began, open_until = time.monotonic(), dict[str, float]()

    def all_closed() -> bool:
        for door, path in doors:
            if edged.get(path, door.token).status == 200:
                open_until[path] = time.monotonic() - began
        return all(
            time.monotonic() - began > open_until.get(path, 0.0) + 20
            for _, path in doors
        )

    until(all_closed, 2 * LOST_SECONDS, every=0.5)
    assert max(open_until.values(), default=0.0) < LOST_SECONDS, open_until
    assert [edged.get(path, door.token).status for door, path in doors] == [401, 403]
