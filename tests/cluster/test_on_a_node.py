"""The overlay `local` on a real cluster, from nothing to a certificate."""

import collections
import json
import secrets
from pathlib import Path
from typing import Any

import pytest
from biyong.door import Door

from tests.cluster.arrows import MEMBERS, read_arrows
from tests.cluster.browsers import Browsers
from tests.cluster.deployed import Deployed, count_unready, find_pods
from tests.platform import chain, rosters
from tests.platform.running import until

pytestmark = [pytest.mark.part("cluster"), pytest.mark.part("containers")]
ROLES = ("web", "worker", "relay")
WITH_PYTHON = (*MEMBERS, "edge")
ROLLOUT_SECONDS = 900
CONNECT = """
import json, socket, sys
from concurrent.futures import ThreadPoolExecutor

def is_open(place):
    try:
        socket.create_connection(place, 3).close()
    except ConnectionRefusedError:
        return True  # it was let through, and nobody listens
    except OSError:
        return False
    return True

places = json.loads(sys.argv[1])
with ThreadPoolExecutor(16) as pool:
    print(json.dumps(list(pool.map(lambda place: is_open(tuple(place)), places))))
"""


def test_two_of_each_role_are_ready_and_none_was_started_twice(
    platform: Deployed,
) -> None:
    pods = find_pods(platform)
    for kind in (f"{member}:{role}" for member in MEMBERS for role in ROLES):
        assert len(pods[kind]) == 2, kind


def test_from_a_roster_to_a_certificate_on_the_cluster(
    platform: Deployed, demo: dict[str, Any], tmp_path: Path
) -> None:
    assert demo["password"]
    course = chain.publish_course(platform, tmp_path)
    officer = platform.door("shi")
    [row] = rosters.rows(1, course.class_id)
    rosters.put(officer, "cluster.1", [{**row, "email": "cluster@biyong.example"}])
    trainee = chain.take_up_invitation(platform, "cluster@biyong.example")
    ticket = chain.grant(trainee, course.lecture_id)
    assert chain.watch_to_the_end(trainee, ticket)["watch"]["completed"]
    number = chain.certificate(trainee)["number"]
    path = f"/api/learning/certificates/{number}"
    assert Door(platform.url).call("GET", path, dict[str, Any])["genuine"]


def test_every_arrow_passes_and_every_other_is_refused(platform: Deployed) -> None:
    pods = find_pods(platform)
    listed, seen = read_arrows("everywhere", "local"), set()
    ports = collections.defaultdict(lambda: {8000})
    for arrow in listed:
        ports[arrow.target].add(arrow.port)
    targets = [
        (kind, pod["status"]["podIP"], port)
        for kind, [pod, *_] in sorted(pods.items())
        for port in sorted(ports[kind])
    ]
    places = json.dumps([[address, port] for _, address, port in targets])
    for source in (kind for kind in pods if kind.partition(":")[0] in WITH_PYTHON):
        pod = pods[source][1]["metadata"]["name"]
        done = platform.cluster.run_within(pod, "python3", "-c", CONNECT, places)
        assert done.returncode == 0, done.stderr
        is_open = json.loads(done.stdout)
        seen |= {
            (source, target, port)
            for (target, _, port), passes in zip(targets, is_open, strict=True)
            if passes and target != source
        }
    wanted = {
        arrow
        for arrow in listed
        if {arrow.source, arrow.target} <= pods.keys() and arrow.target != arrow.source
    }
    assert seen == {tuple(arrow) for arrow in wanted}


def test_pages_answer_while_the_broker_is_away_and_work_goes_on_after(
    platform: Deployed, demo: dict[str, Any]
) -> None:
    cluster = platform.cluster
    assert demo["password"]
    cluster.kubectl("scale", "statefulset/rabbitmq", "--replicas=0")
    try:
        until(lambda: not _is_ready(platform, "catalog-worker"), 120, every=1.0)
        anyone = Door(platform.url)
        assert anyone.call("GET", "/api/catalog/courses", dict[str, Any])["items"]
        assert _is_ready(platform, "catalog-web")
    finally:
        cluster.kubectl("scale", "statefulset/rabbitmq", "--replicas=1")
    until(lambda: _is_ready(platform, "catalog-worker"), 300, every=1.0)


def _is_ready(platform: Deployed, name: str) -> bool:
    said = platform.cluster.get("deployments", f"--field-selector=metadata.name={name}")
    return bool(said[0]["status"].get("readyReplicas", 0))


def test_every_pod_is_replaced_under_load_and_no_request_fails(
    platform: Deployed, demo: dict[str, Any]
) -> None:
    assert demo["password"]
    cluster = platform.cluster
    readers = Browsers(cluster.find_address())
    try:
        until(lambda: readers.answered >= 20, 60)
        cluster.kubectl("rollout", "restart", "deployment")
        for name in (f"{member}-{role}" for member in MEMBERS for role in ROLES):
            done = f"--timeout={ROLLOUT_SECONDS}s"
            cluster.kubectl("rollout", "status", f"deployment/{name}", done)
        seen = readers.answered
        until(lambda: readers.answered >= seen + 20, 60)
    finally:
        readers.end()
    assert readers.faults == []


def test_whoever_empties_a_node_leaves_each_role_a_pod_and_fails_no_request(
    platform: Deployed, demo: dict[str, Any]
) -> None:
    assert demo["password"]
    cluster = platform.cluster
    until(lambda: count_unready(cluster) == 0, ROLLOUT_SECONDS, every=2.0)
    pods = find_pods(platform)
    readers = Browsers(cluster.find_address())
    try:
        until(lambda: readers.answered >= 20, 60)
        for kind in (f"{member}:web" for member in MEMBERS):
            first, second, *_ = (pod["metadata"]["name"] for pod in pods[kind])
            assert cluster.evict(first), kind
            assert not cluster.evict(second), kind
        until(lambda: count_unready(cluster) == 0, ROLLOUT_SECONDS, every=2.0)
    finally:
        readers.end()
    assert readers.faults == []


def test_one_trace_leads_from_a_roster_row_to_the_notice(
    platform: Deployed, demo: dict[str, Any]
) -> None:
    """In the collector of the overlay, by the id that the request brought."""
    trace = secrets.token_hex(16)
    officer = platform.door("shi")
    [row] = rosters.rows(1, demo["classes"]["open"])
    event = {
        "specversion": "1.0", "id": trace, "source": "/tests",
        "type": "branch.roster.sent.v1",
        "traceparent": f"00-{trace}-{secrets.token_hex(8)}-01",
        "data": {"roster_id": trace, "key": trace, "rows": [row]},
    }  # fmt: skip
    path = "/api/enrollment/branches/beijing/events"
    officer.call("POST", path, dict[str, Any], event)

    def find_services() -> bool:
        said = platform.cluster.kubectl("logs", "deploy/traces", "--tail=-1")
        spans = [part for part in said.split("Span #") if trace in part]
        return any("enrollment.seat.taken" in part for part in spans) and any(
            "notify" in part or "handle enrollment.seat" in part for part in spans
        )

    until(find_services, 120, every=3.0)
