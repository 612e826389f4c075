"""What of these tests fills a cluster is of `make test-cluster`, which names one."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from biyong.door import Door

from tests.cluster.deployed import Deployed, running_on
from tests.cluster.working import LECTURE_SECONDS, Pushing, Watching, working
from tests.parts.nodes import install
from tests.platform import chain, rosters

ON_A_NODE = [
    "test_on_a_node.py", "test_day_seven_on_a_node.py", "test_hurt_node.py",
    "test_walk_on_a_node.py", "test_applied_on_a_node.py",
]  # fmt: skip
collect_ignore = [] if os.environ.get("CLUSTER_LOAD") else ON_A_NODE


@pytest.fixture(name="platform", scope="session")
def _platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    with running_on(install(), tmp_path_factory.mktemp("cluster")) as platform:
        yield platform


@pytest.fixture(name="demo", scope="session")
def _demo(platform: Deployed) -> dict[str, Any]:
    """Whom the demo has put in, once it has."""
    platform.await_demo()
    return platform.demo


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
    key = f"watcher-{made.class_id}"
    email = f"{key}@biyong.example"
    [row] = rosters.rows(1, made.class_id)
    rosters.put(platform.door("shi"), key, [{**row, "email": email}])
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
