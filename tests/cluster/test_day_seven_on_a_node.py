"""What the pages for the seventh day tell to type, typed on a real cluster."""

import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import yaml

from tests.cluster import pages
from tests.cluster.browsers import Browsers
from tests.cluster.deployed import Deployed
from tests.platform.running import until

pytestmark = [pytest.mark.part("cluster"), pytest.mark.part("containers")]
SECONDS, AWAY_SECONDS = 1200, 180
MAY_SAY_NO = ("kubectl diff", "chassis.health")
"""Their exit code is their answer: there is a difference, a part is away."""
CATALOGUE = "/api/catalog/courses"


def type_page(platform: Deployed, name: str) -> None:
    """Type what a page tells, line by line."""
    scripts = pages.find_scripts(pages.read_page(name))
    for script in filter(pages.is_for_cluster, scripts):
        typed = script.replace(pages.OVERLAY, str(platform.overlay))
        done = subprocess.run(
            ["bash", "-e", "-c", typed],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        may_fail = any(part in script for part in MAY_SAY_NO)
        assert done.returncode == 0 or may_fail, f"{script}: {done.stderr}"


@contextmanager
def without(platform: Deployed, part: str, missed_by: str) -> Iterator[None]:
    """While the stateful set of a part is away, and a deployment has seen it."""
    cluster = platform.cluster
    cluster.kubectl("scale", f"statefulset/{part}", "--replicas=0")
    try:
        until(lambda: count_ready(platform, missed_by) == 0, AWAY_SECONDS, every=1.0)
        yield
    finally:
        cluster.kubectl("scale", f"statefulset/{part}", "--replicas=1")


def count_ready(platform: Deployed, name: str) -> int:
    said = platform.cluster.get("deployments", f"--field-selector=metadata.name={name}")
    return int(said[0]["status"].get("readyReplicas", 0))


def status_of(platform: Deployed, path: str) -> int:
    """What the edge answers."""
    try:
        with urllib.request.urlopen(f"{platform.url}{path}", timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def count_restarts(platform: Deployed) -> int:
    return sum(
        container["restartCount"]
        for pod in platform.cluster.get("pods")
        for container in pod["status"].get("containerStatuses", ())
    )


def test_scaling(platform: Deployed, demo: dict[str, Any]) -> None:
    assert demo["password"]
    type_page(platform, "scale")
    assert count_ready(platform, "media-worker") == 3


def test_an_upgrade_and_the_way_back_fail_no_request(
    platform: Deployed, demo: dict[str, Any]
) -> None:
    """The next release is this one with another setting, so that all pods change."""
    assert demo["password"]
    file = platform.overlay / "kustomization.yaml"
    said = yaml.safe_load(file.read_text("utf-8"))
    readers = Browsers(platform.cluster.find_address())
    try:
        until(lambda: readers.answered >= 20, 60)
        said["configMapGenerator"][1]["literals"].append("SMS_PER_DAY=5001")
        file.write_text(yaml.safe_dump(said), encoding="utf-8")
        type_page(platform, "upgrade")
        type_page(platform, "rollback")
        seen = readers.answered
        until(lambda: readers.answered >= seen + 20, 60)
    finally:
        readers.end()
    assert readers.faults == []


def test_a_changed_secret_fails_no_request(
    platform: Deployed, demo: dict[str, Any]
) -> None:
    assert demo["password"]
    token = platform.overlay.parent / "local" / "secrets" / "metrics_token"
    token.write_text("another-token-of-some-length", encoding="ascii")
    readers = Browsers(platform.cluster.find_address())
    try:
        type_page(platform, "secrets")
    finally:
        readers.end()
    assert readers.faults == []


def test_a_lost_broker_turns_no_page_away(
    platform: Deployed, demo: dict[str, Any]
) -> None:
    assert demo["password"]
    with without(platform, "rabbitmq", "catalog-relay"):
        assert status_of(platform, CATALOGUE) == 200
        assert count_ready(platform, "gateway-web") == 2
    type_page(platform, "broker-lost")


def test_a_lost_database_is_told_and_restarts_nobody(
    platform: Deployed, demo: dict[str, Any]
) -> None:
    assert demo["password"]
    before = count_restarts(platform)
    with without(platform, "mongo", "catalog-web"):
        assert status_of(platform, CATALOGUE) == 503
        assert count_restarts(platform) == before
    type_page(platform, "database-lost")
    until(lambda: status_of(platform, CATALOGUE) == 200, AWAY_SECONDS, every=1.0)


def test_a_lost_object_store_turns_no_page_away(
    platform: Deployed, demo: dict[str, Any]
) -> None:
    assert demo["password"]
    with without(platform, "objects", "media-worker"):
        assert status_of(platform, CATALOGUE) == 200
    type_page(platform, "objects-lost")


def test_a_full_volume_is_looked_for(platform: Deployed) -> None:
    type_page(platform, "volume-full")
