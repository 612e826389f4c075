"""Each role in a process of its own: what it shows, needs, and does when it is told to
stop."""

import http.client
import json
import re
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import pytest
from biyong.door import Door
from biyong.upload import upload_lecture

from tests.parts.balancer import Balancer, running_balancer
from tests.parts.process import HOST
from tests.platform import chain
from tests.platform.roles import (
    START_SECONDS,
    Replica,
    running_replica,
    start_replica,
)
from tests.platform.running import Platform, until

PAGE, CLIENTS = "/courses", 4
AWAY = "amqp://guest:guest@127.0.0.1:1/"
SCRAPER = {"Authorization": "Bearer scraper"}
WEB = {"WEB_WORKERS": "2", "THREADS": "8", "DRAIN_PAUSE_SECONDS": "5"}


def ask(url: str, headers: dict[str, str] | None = None) -> tuple[int, str]:
    """Status and body of an answer, whatever it is."""
    try:
        with urllib.request.urlopen(
            urllib.request.Request(url, headers=headers or {}), timeout=20
        ) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as refused:
        return refused.code, refused.read().decode()


def test_the_numbers_of_a_web_process_are_those_of_all_its_workers(
    platform: Platform, tmp_path: Path
) -> None:
    settings = {**WEB, "METRICS_TOKEN": "scraper"}
    with running_replica(platform, "catalog", "web", tmp_path, **settings) as web:
        web.wait_until_ready()
        before = count_answers(web)
        for _ in range(20):
            assert ask(f"{web.url}/livez")[0] == 200
        assert count_answers(web) - before == 20
        shown = ask(f"{web.url}/metrics", SCRAPER)[1]
        assert 'biyong_part_up{part="store"} 1.0' in shown


def count_answers(web: Replica) -> int:
    """How often all workers together said that they live."""
    pattern = r'biyong_http_requests_total\{endpoint="livez",status="200"\} (\d+)'
    found = re.search(pattern, ask(f"{web.url}/metrics", SCRAPER)[1])
    return int(found[1]) if found else 0


def test_without_the_bus_pages_are_ready_and_the_relay_is_not(
    platform: Platform, tmp_path: Path
) -> None:
    with ExitStack() as replicas:
        web, worker, relay = [
            replicas.enter_context(
                running_replica(platform, "catalog", role, tmp_path, BUS_URL=AWAY)
            )
            for role in ("web", "worker", "relay")
        ]
        web.wait_until_ready()
        until(lambda: find_away(web) == ["bus"], 30)
        assert ask(f"{web.url}/readyz")[0] == 200
        assert (
            ask(f"{web.url}/courses")[0] == 401
        )  # it answers, if only to who it knows
        assert 'biyong_part_up{part="bus"} 0.0' in ask(f"{web.url}/metrics")[1]
        for replica in (worker, relay):
            until(lambda at=replica: is_answered(f"{at.url}/livez"), 60)
            until(lambda at=replica: find_away(at) == ["bus"], 30)
            assert ask(f"{replica.url}/readyz")[0] == 503
            assert ask(f"{replica.url}/courses")[0] == 404  # it serves probes alone


def find_away(replica: Replica) -> list[str]:
    """Which parts it says are away."""
    return sorted(json.loads(ask(f"{replica.url}/readyz")[1])["away"])


def is_answered(url: str) -> bool:
    try:
        return ask(url)[0] == 200
    except OSError:
        return False


@pytest.mark.parametrize("role", ["worker", "relay", "web"])
def test_a_role_shows_its_numbers_and_ends_when_told(
    platform: Platform, tmp_path: Path, role: str
) -> None:
    with running_replica(platform, "learning", role, tmp_path) as replica:
        replica.wait_until_ready()
        assert "biyong_outbox_due" in ask(f"{replica.url}/metrics")[1]
        assert replica.stop() == 0


class Readers:
    """Clients that read one page over and over, each on a connection that it keeps."""

    def __init__(self, port: int, host: str = HOST) -> None:
        self.port, self.host, self.ended = port, host, threading.Event()
        self.answered, self.faults = 0, list[str]()
        self.threads = [threading.Thread(target=self._read) for _ in range(CLIENTS)]
        for thread in self.threads:
            thread.start()

    def _read(self) -> None:
        asking = http.client.HTTPConnection(self.host, self.port, timeout=30)
        with closing(asking):
            while not self.ended.is_set():
                try:
                    asking.request("GET", PAGE)
                    answer = asking.getresponse()
                    answer.read()
                except (OSError, http.client.HTTPException) as error:
                    self.faults.append(f"{time.monotonic():.1f} {error!r}")
                    asking.close()
                    continue
                self.answered += 1
                if answer.status != 200:
                    self.faults.append(str(answer.status))

    def end(self) -> None:
        self.ended.set()
        for thread in self.threads:
            thread.join()


def test_a_lecture_is_sent_through_web_processes(
    platform: Platform, tmp_path: Path
) -> None:
    """gunicorn gives a body that is read once; parts of a file are read again."""
    with ExitStack() as replicas:
        started = running_replica(platform, "media", "web", tmp_path, **WEB)
        media = replicas.enter_context(started)
        settings = WEB | {"MEDIA_URL": media.url}
        started = running_replica(platform, "gateway", "web", tmp_path, **settings)
        gateway = replicas.enter_context(started)
        for replica in (media, gateway):
            replica.wait_until_ready()
        staff = Door(gateway.url)
        staff.token = platform.door("jiaowu").token
        video = chain.small_lecture(tmp_path / "web.mp4", 2)
        lecture = upload_lecture(staff, video, "经网页进程上传", lambda _: None)
        path = f"/api/media/lectures/{lecture}"
        assert staff.call("GET", path, dict[str, Any])["title"] == "经网页进程上传"


Start = Callable[[], Replica]


@pytest.fixture
def balancers() -> Iterator[dict[str, Balancer]]:
    with running_balancer() as gateway, running_balancer() as catalog:
        yield {"gateway": gateway, "catalog": catalog}


def test_a_rolling_restart_under_load_fails_no_request(
    platform: Platform, tmp_path: Path, balancers: dict[str, Balancer]
) -> None:
    gateway, catalog = balancers["gateway"], balancers["catalog"]
    told = {
        "gateway": {
            **WEB,
            "ALLOWED_HOSTS": f"{HOST}:{gateway.port}",
            "CATALOG_URL": catalog.url,
        },
        "catalog": WEB,
    }
    running: dict[str, list[Replica]] = {"gateway": [], "catalog": []}
    stops: list[str] = []
    try:
        for name, balancer in balancers.items():
            for _ in range(2):
                add(
                    running[name],
                    start_replica(platform, name, "web", tmp_path, **told[name]),
                    balancer,
                )
        readers = Readers(gateway.port)
        try:
            until(lambda: readers.answered >= 20, 60)
            for name, balancer in balancers.items():
                for _ in range(2):
                    new = start_replica(platform, name, "web", tmp_path, **told[name])
                    add(running[name], new, balancer)
                    old, told_at = running[name].pop(0), time.monotonic()
                    assert old.stop() == 0
                    stops.append(f"{name} {told_at:.1f} to {time.monotonic():.1f}")
                    balancer.replicas.remove(old.port)
                    seen = readers.answered
                    until(lambda seen=seen: readers.answered >= seen + 20, 60)
        finally:
            readers.end()
        assert readers.faults == [], stops
    finally:
        for replica in running["gateway"] + running["catalog"]:
            replica.stop()


def add(running: list[Replica], replica: Replica, balancer: Balancer) -> None:
    """Let it take connections as soon as it is ready."""
    running.append(replica)
    balancer.replicas.append(replica.port)
    until(lambda: replica.port in balancer.ready, START_SECONDS)
