"""Over a platform that runs, whose chain is walked: every panel shows something, every
alert has what it looks at, and the collector of the component `traces` shows a trace.
"""

import itertools
import json
import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import urllib3
import yaml

from tests.monitoring.test_alerts import ALERTS, RULES
from tests.parts.collector import running_configured
from tests.parts.prometheus import FOLDER, Prometheus, Sample, running_prometheus
from tests.platform import chain, rosters
from tests.platform.roles import running_replica
from tests.platform.running import Platform, running, until

pytestmark = [pytest.mark.part("prometheus"), pytest.mark.part("collector")]
TOKEN = "scraper"
CONFIG = FOLDER.parent / "k8s" / "components" / "traces" / "collector.yaml"
DASHBOARDS = {
    file.stem: json.loads(file.read_text("utf-8"))
    for file in sorted((FOLDER / "dashboards").glob("*.json"))
}
PANELS = [
    (name, panel) for name, board in DASHBOARDS.items() for panel in board["panels"]
]
COMPARISON = re.compile(r"\s(<|>|>=|<=)\s[\d.]+$")
METRIC = re.compile(r"\b(?:biyong_\w+|up)\b(?=[{\[)\s]|$)")
FILLED = {"$__rate_interval": "1m", "$member": ".*"}
"""What Grafana puts in place of its variables."""
ANSWER_SECONDS = 60
of_every_panel = pytest.mark.parametrize(
    ("board", "panel"), PANELS, ids=[f"{n}: {p['title']}" for n, p in PANELS]
)
of_every_alert = pytest.mark.parametrize(
    "alert", ALERTS, ids=[alert["alert"] for alert in ALERTS]
)


@dataclass(frozen=True)
class Scene:
    """A platform, what collects from it, and the request by which a roster came."""

    platform: Platform
    prometheus: Prometheus
    collector_log: Path
    request_id: str

    def find_numbers(self, query: str) -> list[Sample]:
        """The samples of a query that are numbers."""
        found = self.prometheus.find_samples(query)
        return [sample for sample in found if sample["value"][1] != "NaN"]


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("monitored")
    with ExitStack() as stack:
        address, log = stack.enter_context(
            running_configured(folder / "collector", CONFIG)
        )
        told = {"METRICS_TOKEN": TOKEN, "OTEL_EXPORTER_OTLP_ENDPOINT": address}
        platform = stack.enter_context(running(folder / "home", told))
        web = stack.enter_context(running_replica(platform, "gateway", "web", folder))
        web.wait_until_ready()
        replicas = {("gateway", "web"): urlsplit(web.url).netloc}
        settings = write_settings(platform, folder, replicas)
        prometheus = stack.enter_context(
            running_prometheus(folder / "prometheus", settings)
        )
        until(lambda: prometheus.find_samples("biyong_part_up"), 60)
        yield Scene(platform, prometheus, log, walk_chain(platform, folder))


def write_settings(
    platform: Platform, folder: Path, replicas: dict[tuple[str, str], str]
) -> dict[str, Any]:
    """Prometheus' settings as they are handed out, with this platform's addresses."""
    settings: dict[str, Any] = yaml.safe_load(
        (FOLDER / "prometheus.yml").read_text("utf-8")
    )
    settings["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s"}
    settings["rule_files"] = [str(RULES)]
    [job] = settings["scrape_configs"]
    (folder / "metrics_token").write_text(TOKEN, encoding="ascii")
    job["authorization"]["credentials_file"] = str(folder / "metrics_token")
    for target in job["static_configs"]:
        member = target["labels"]["member"]
        target["targets"] = [urlsplit(platform.health(member)).netloc]
    for (member, role), place in replicas.items():
        labels = {"member": member, "role": role}
        job["static_configs"].append({"targets": [place], "labels": labels})
    return settings


def walk_chain(platform: Platform, folder: Path) -> str:
    """From a roster to a certificate; the id of the request that brought the roster."""
    course = chain.publish_course(platform, folder)
    [row] = rosters.rows(1, course.class_id)
    request_id = send_row(platform, {**row, "email": "seen@biyong.example"})
    trainee = chain.take_up_invitation(platform, "seen@biyong.example")
    ticket = chain.grant(trainee, course.lecture_id)
    assert chain.watch_to_the_end(trainee, ticket)["watch"]["completed"]
    assert chain.certificate(trainee)["number"]
    return request_id


def send_row(platform: Platform, row: dict[str, Any]) -> str:
    """Send a chunk as an officer; the id that the answer shows."""
    officer = platform.door("shi")
    answer = urllib3.request(
        "PUT",
        f"{platform.url}/api/enrollment/branches/beijing/chunks/seen.1",
        json={"roster_id": "seen", "rows": [row]},
        headers={"Authorization": f"Bearer {officer.token}"},
    )
    assert answer.status in {200, 202}, answer.data
    return answer.headers["X-Request-Id"]


def fill(query: str) -> str:
    """A panel's query as Grafana asks it."""
    for name, value in FILLED.items():
        query = query.replace(name, value)
    return query


@of_every_panel
def test_every_panel_shows_something(
    scene: Scene, board: str, panel: dict[str, Any]
) -> None:
    assert panel["targets"], board
    for target in panel["targets"]:
        query = fill(target["expr"])
        assert "$" not in query
        assert until(lambda query=query: scene.find_numbers(query), ANSWER_SECONDS)


@of_every_alert
def test_every_alert_has_what_it_looks_at(scene: Scene, alert: dict[str, Any]) -> None:
    looked_at, compared = COMPARISON.subn("", alert["expr"])
    assert compared == 1
    assert until(lambda: scene.find_numbers(looked_at), ANSWER_SECONDS)


def test_every_metric_that_is_asked_for_is_there(scene: Scene) -> None:
    """Also those beside which `or` puts something else."""
    queries = [target["expr"] for _, panel in PANELS for target in panel["targets"]]
    queries += [alert["expr"] for alert in ALERTS]
    names = set(itertools.chain.from_iterable(map(METRIC.findall, queries)))
    assert len(names) > 10
    until(
        lambda: all(scene.prometheus.find_samples(f"count({n})") for n in names),
        ANSWER_SECONDS,
    )


def test_processes_that_run_apart_are_told_by_their_role(scene: Scene) -> None:
    found = scene.find_numbers('up{job="biyong"} == 1')
    roles = {(s["metric"]["member"], s["metric"]["role"]) for s in found}
    assert ("gateway", "web") in roles
    assert len(roles) == 7


def test_looking_reads_no_collection_without_an_index(scene: Scene) -> None:
    assert scene.find_numbers("biyong_jobs_waiting")
    with scene.platform.store() as store:
        assert store.admin.command("serverStatus")["scans"] == {}


def test_the_collector_shows_a_roster_on_its_way_to_the_notice(scene: Scene) -> None:
    def find_names() -> set[str]:
        text = scene.collector_log.read_text()
        spans = re.findall(r"Trace ID +: (\w+)\n(?:.*\n)*? +Name +: (.*)\n", text)
        return {name for trace, name in spans if trace == scene.request_id}

    way = {"publish enrollment.seat.taken.v1", "process enrollment.seat.taken.v1"}
    until(lambda: way <= find_names(), ANSWER_SECONDS)
