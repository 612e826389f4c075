"""What a cluster goes through in a year, while rows are pushed and lectures watched."""

import os
import shlex
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from biyong.door import Door

from tests.cluster.arrows import MEMBERS
from tests.cluster.browsers import Browsers
from tests.cluster.deployed import (
    Deployed,
    build_release,
    count_unready,
    find_pods,
)
from tests.cluster.working import (
    LECTURE_SECONDS,
    Pushing,
    Watching,
    require_nothing_lost,
    working,
)
from tests.platform import chain, rosters
from tests.platform.running import until

pytestmark = [pytest.mark.part("cluster"), pytest.mark.part("containers")]
READY_SECONDS, AWAY_SECONDS = 900, 40
RELEASE_BEFORE = "v0.1.0"
"""The release from which this one is reached by an upgrade: a tag of the project."""


@dataclass
class Course:
    """A class of a course whose lecture is long enough, and a trainee in it."""

    class_id: str
    lecture_id: str
    trainee: Door


@pytest.fixture(name="course", scope="module")
def _course(
    platform: Deployed, demo: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> Course:
    assert demo["password"]
    folder = tmp_path_factory.mktemp("course")
    made = chain.publish_course(platform, folder, 5000, LECTURE_SECONDS)
    email = "watcher@biyong.example"
    [row] = rosters.rows(1, made.class_id)
    rosters.put(platform.door("shi"), "watcher.1", [{**row, "email": email}])
    trainee = chain.take_up_invitation(platform, email)
    chain.grant(trainee, made.lecture_id)
    return Course(made.class_id, made.lecture_id, trainee)


@pytest.fixture(name="going")
def _going(platform: Deployed, course: Course) -> Iterator[tuple[Pushing, Watching]]:
    pushing = Pushing(platform, course.class_id)
    watching = Watching(course.trainee, course.lecture_id)
    watching.at = watching.count_watched()
    with working(pushing, watching):
        yield pushing, watching


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
