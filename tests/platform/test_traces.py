"""One trace from a request to its last effect, as a real collector is told it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest
import urllib3
from biyong.home import home_of

from tests.parts.collector import Collector, SpanThere, running_collector
from tests.platform import rosters
from tests.platform.roles import running_replica
from tests.platform.running import Platform, running, until

pytestmark = pytest.mark.part("collector")
SECONDS = 60
WAY = [
    ("gateway", "PUT /api/<service>/<path:path>"),
    ("gateway", "PUT"),
    ("enrollment", "PUT /branches/<branch>/chunks/<key>"),
    ("enrollment", "work on chunks"),
    ("enrollment", "publish enrollment.seat.taken.v1"),
    ("notify", "process enrollment.seat.taken.v1"),
    ("notify", "notify.insert"),
]


@dataclass(frozen=True)
class Scene:
    """A platform that tells a collector, and a roster that was sent there."""

    platform: Platform
    collector: Collector
    shown: str
    """The id that whoever sent it was shown."""
    rows: list[dict[str, object]]

    def find_trace(self) -> list[SpanThere]:
        """What came of the roster's trace so far."""
        spans = self.collector.find_spans()
        return [span for span in spans if span.trace_id == self.shown]


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("traces")
    with running_collector(folder / "collector") as collector:
        environ = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url}
        with running(folder / "home", environ) as platform:
            course = platform.demo["course_id"]
            class_id = rosters.open_class(platform.door("jiaowu"), course, 5, "线索班")
            rows = rosters.rows(2, class_id)
            yield Scene(platform, collector, send_roster(platform, rows), rows)


def send_roster(platform: Platform, rows: list[dict[str, object]]) -> str:
    """Send a chunk as an officer; the id that the answer shows."""
    officer = platform.door("shi")
    answer = urllib3.request(
        "PUT",
        f"{platform.url}/api/enrollment/branches/beijing/chunks/traced.1",
        body=msgspec.json.encode({"roster_id": "traced", "rows": rows}),
        headers={
            "Authorization": f"Bearer {officer.token}",
            "Content-Type": "application/json",
        },
    )
    assert answer.status in {200, 202}, answer.data
    return answer.headers["X-Request-Id"]


def test_a_request_and_all_it_leads_to_are_one_trace(scene: Scene) -> None:
    def is_whole() -> bool:
        """All of the way came, and every span but the first is below one that did."""
        spans = scene.find_trace()
        ids = {span.span_id for span in spans}
        tops = [(s.service, s.name) for s in spans if s.parent_id not in ids]
        return set(WAY) <= {(s.service, s.name) for s in spans} and tops == WAY[:1]

    until(is_whole, SECONDS)
    assert len({span.service for span in scene.find_trace()}) >= 3


def test_no_span_tells_a_person_a_token_or_an_address(scene: Scene) -> None:
    until(lambda: scene.find_trace(), SECONDS)
    told = scene.collector.written.read_text()
    fields = ("name", "phone", "member_no")
    people = [str(row[field]) for row in scene.rows for field in fields]
    texts = [*people, scene.platform.demo["password"], "beijing", "?", "mongodb:"]
    assert [text for text in texts if text in told] == []


def test_no_probe_and_no_idle_look_at_the_store_is_told(scene: Scene) -> None:
    roots = [s for s in scene.collector.find_spans() if not s.parent_id]
    assert roots
    assert all(" /" in span.name and "/readyz" not in span.name for span in roots)


def test_a_web_process_tells_what_its_workers_did_before_it_ends(
    scene: Scene, tmp_path: Path
) -> None:
    with running_replica(scene.platform, "gateway", "web", tmp_path) as web:
        web.wait_until_ready()
        answer = urllib3.request("GET", f"{web.url}/courses")
        assert answer.status == 200
    shown = answer.headers["X-Request-Id"]

    def find_roots() -> list[tuple[str, str]]:
        spans = scene.collector.find_spans()
        return [
            (span.role, span.name)
            for span in spans
            if span.trace_id == shown and not span.parent_id
        ]

    assert until(find_roots, SECONDS) == [("web", "GET /courses")]


def test_every_line_of_every_log_names_service_role_and_ids(scene: Scene) -> None:
    logs = home_of({"BIYONG_HOME": str(scene.platform.home)}).logs
    lines = [
        json.loads(line)
        for log in logs.glob("*.log")
        for line in log.read_text().splitlines()
        if line.startswith("{")
    ]
    assert {line["service"] for line in lines} >= {"gateway", "enrollment", "notify"}
    assert {line["role"] for line in lines} == {"all"}
    assert all({"request_id", "trace_id"} <= line.keys() for line in lines)
