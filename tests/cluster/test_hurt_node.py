"""What a cluster goes through in a year, while rows are pushed and lectures watched."""

import os
import shlex
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml

from tests.cluster.arrows import MEMBERS
from tests.cluster.browsers import Browsers
from tests.cluster.deployed import (
    Deployed,
    build_release,
    count_unready,
    find_pods,
)
from tests.cluster.working import Pushing, Watching, require_nothing_lost
from tests.platform.running import until

pytestmark = [pytest.mark.part("cluster"), pytest.mark.part("containers")]
READY_SECONDS, AWAY_SECONDS = 900, 40
BROKER, FULL = "rabbitmq-0", "100000GB"
"""No disk has so much free: a broker that must have it lets nobody publish."""
RELEASE_BEFORE = "v0.1.0"
"""The release from which this one is reached by an upgrade: a tag of the project."""


def test_one_pod_of_every_kind_is_killed_and_nothing_is_lost(
    platform: Deployed, going: tuple[Pushing, Watching]
) -> None:
    cluster = platform.cluster
    for kind, [first, *_] in sorted(find_pods(platform).items()):
        if kind.partition(":")[0] not in MEMBERS and kind != "edge":
            continue  # the three parts have tests of their own
        name = first["metadata"]["name"]
        cluster.kubectl("delete", "pod", name, "--grace-period=0", "--force")
        until(lambda: count_unready(cluster) == 0, READY_SECONDS, every=1.0)
    require_nothing_lost(*going)


def test_the_api_server_is_restarted_and_no_request_fails(
    platform: Deployed, going: tuple[Pushing, Watching]
) -> None:
    restart = os.environ.get("CLUSTER_RESTART", "")
    assert restart, "say how the API server is restarted: CLUSTER_RESTART"
    subprocess.run(shlex.split(restart), check=True, timeout=120)
    done = platform.cluster.try_kubectl
    until(lambda: done("get", "nodes").returncode == 0, 120, every=1.0)
    require_nothing_lost(*going)
    pushing, watching = going
    assert (pushing.failed, watching.failed) == ([], [])


def test_the_broker_is_away_for_forty_seconds_and_pages_answer(
    platform: Deployed, going: tuple[Pushing, Watching]
) -> None:
    cluster = platform.cluster
    readers = Browsers(cluster.find_address())
    try:
        cluster.kubectl("scale", "statefulset/rabbitmq", "--replicas=0")
        threading.Event().wait(AWAY_SECONDS)
        cluster.kubectl("scale", "statefulset/rabbitmq", "--replicas=1")
        until(lambda: count_unready(cluster) == 0, READY_SECONDS, every=1.0)
    finally:
        cluster.kubectl("scale", "statefulset/rabbitmq", "--replicas=1")
        readers.end()
    assert readers.faults == []
    require_nothing_lost(*going)
    pushing, watching = going
    assert (pushing.failed, watching.failed) == ([], [])


@contextmanager
def without_room_for_messages(platform: Deployed) -> Iterator[None]:
    """While the broker believes its volume to be full, as it then does: it takes no
    message from anybody."""
    run = platform.cluster.run_within
    before = run(
        BROKER, "rabbitmqctl", "eval", "rabbit_disk_monitor:get_disk_free_limit()."
    )
    assert before.returncode == 0, before.stderr
    full = run(BROKER, "rabbitmqctl", "set_disk_free_limit", FULL)
    assert full.returncode == 0, full.stderr
    try:
        yield
    finally:
        limit = before.stdout.strip()
        again = run(BROKER, "rabbitmqctl", "set_disk_free_limit", limit)
        assert again.returncode == 0, again.stderr


def test_the_brokers_volume_is_full_for_a_while_and_nothing_is_lost(
    platform: Deployed, going: tuple[Pushing, Watching]
) -> None:
    readers = Browsers(platform.cluster.find_address())
    pushing, watching = going
    try:
        with without_room_for_messages(platform):
            rows, seconds = len(pushing.sent), watching.at
            threading.Event().wait(AWAY_SECONDS)
            # both are taken in all the same: what they cause goes on its way later
            assert len(pushing.sent) > rows
            assert watching.at > seconds
    finally:
        readers.end()
    assert readers.faults == []
    require_nothing_lost(*going)
    assert (pushing.failed, watching.failed) == ([], [])


def test_from_this_release_to_the_one_before_and_back_no_request_fails(
    platform: Deployed, going: tuple[Pushing, Watching], tmp_path: Path
) -> None:
    """Both ways, so that each reads what the other wrote."""
    cluster = platform.cluster
    build_release(cluster, RELEASE_BEFORE, tmp_path)
    readers = Browsers(cluster.find_address())
    try:
        for tag in (RELEASE_BEFORE, "tests"):
            _apply_release(platform, tag)
        until(lambda: readers.answered >= 20, 60)
    finally:
        readers.end()
    assert readers.faults == []
    require_nothing_lost(*going)
    pushing, watching = going
    assert (pushing.failed, watching.failed) == ([], [])


def _apply_release(platform: Deployed, tag: str) -> None:
    """Name a release's tag in the overlay and apply it, as the page tells."""
    file = platform.overlay / "kustomization.yaml"
    overlay = yaml.safe_load(file.read_text("utf-8"))
    for image in overlay["images"]:
        image["newTag"] = tag
    file.write_text(yaml.safe_dump(overlay), encoding="utf-8")
    cluster = platform.cluster
    # a job cannot be changed: the one before goes by itself a minute after it is done
    until(lambda: not cluster.get("jobs"), READY_SECONDS, every=1.0)
    cluster.kubectl("apply", "-k", str(platform.overlay))
    for one in cluster.get("deployments"):
        name = one["metadata"]["name"]
        done = f"--timeout={READY_SECONDS}s"
        cluster.kubectl("rollout", "status", f"deployment/{name}", done)
