"""What of these tests fills a cluster is of `make test-cluster`, which names one."""

import os
from collections.abc import Iterator
from typing import Any

import pytest

from tests.cluster.deployed import Deployed, running_on
from tests.parts.nodes import install

ON_A_NODE = [
    "test_on_a_node.py", "test_day_seven_on_a_node.py", "test_hurt_node.py",
    "test_walk_on_a_node.py",
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
