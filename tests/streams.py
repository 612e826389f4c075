"""How `make test` runs suites side by side: what stays together, and what comes first.

A stream is a worker of pytest-xdist: a process with parts of its own, on ports of
their own. Tests of one group stay in one stream, which starts what they share once.
"""

from functools import cache
from pathlib import PurePath

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

TOGETHER = (
    "tests/contract",
    "tests/images",
    "tests/e2e",
    "tests/platform",
    "tests/hostile",
    "tests/mischief",
    "tests/media",
)
"""Folders whose tests share a platform, images, a college, lectures, or the trees of
all sources."""
APART = (
    "tests/media/test_child.py",
    "tests/media/test_jobs.py",
    "tests/media/test_judging.py",
    "tests/platform/test_accounts_of_services.py",
    "tests/platform/test_edge.py",
    "tests/platform/test_large_uploads.py",
    "tests/platform/test_living_demo.py",
    "tests/platform/test_moving.py",
    "tests/platform/test_nothing_is_lost.py",
    "tests/platform/test_on_rabbitmq.py",
    "tests/platform/test_outside_clients.py",
    "tests/platform/test_roles_apart.py",
    "tests/platform/test_shared_machine.py",
    "tests/platform/test_traces.py",
)
"""Files there that share nothing."""
LONGEST_FIRST = (*TOGETHER, "tests/messaging", "tests/embedded", "tests/ports")
"""No stream shall have much left when the others are done."""


class GroupScheduling(LoadScopeScheduling):
    """Gives each stream the next group when it is nearly done with its last one."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)


def pytest_xdist_make_scheduler(
    config: pytest.Config, log: Producer
) -> GroupScheduling:
    """Streams are given groups as they come, not those of the most tests first."""
    config.option.loadscopereorder = False
    return GroupScheduling(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Groups that take long come first; within a group all stays as it was."""
    items.sort(key=lambda item: rank_of(file_of(item.nodeid)))


def group_of(nodeid: str) -> str:
    """The folder or the file whose tests this one stays with."""
    file = file_of(nodeid)
    if file in APART:
        return file
    return next((folder for folder in TOGETHER if is_within(file, folder)), file)


@cache
def rank_of(file: str) -> int:
    """Which of the longest it belongs to; of all others the last."""
    for rank, folder in enumerate(LONGEST_FIRST):
        if is_within(file, folder):
            return rank
    return len(LONGEST_FIRST)


def file_of(nodeid: str) -> str:
    """The file that a test stands in, from the root of the project."""
    return nodeid.partition("::")[0]


def is_within(file: str, folder: str) -> bool:
    """Whether a file lies in a folder, at whatever depth."""
    return PurePath(file).is_relative_to(folder)
