"""A platform that nothing hostile has reached yet, and all that is sent to it."""

from collections.abc import Iterator, Mapping
from contextlib import closing

import pytest
from embedded.bus.bus import Bus

from tests.depth import rounds
from tests.hostile.events import hostile_messages
from tests.hostile.making import Maker
from tests.hostile.sending import Report, Sender
from tests.platform.running import Platform, running, until
from tests.routes.scene import Scene, make_scene
from tests.routes.table import SERVICES

SEED, EVENTS_SECONDS = 10, 120.0
REQUESTS, EVENTS = rounds(5_000, 60_000), rounds(500, 5_000)


@pytest.fixture(scope="package")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    with running(tmp_path_factory.mktemp("hostile") / "home") as started:
        yield started


@pytest.fixture(scope="package")
def scene(platform: Platform) -> Scene:
    return make_scene(platform)


@pytest.fixture(scope="package")
def processes(platform: Platform) -> Mapping[str, int]:
    """The platform's processes before anything hostile came."""
    return {one["name"]: one["pid"] for one in platform.said["processes"]}


@pytest.fixture(scope="package")
def report(platform: Platform, scene: Scene, processes: Mapping[str, int]) -> Report:
    """What became of all hostile requests, after as hostile events."""
    with closing(Bus(platform.home / "bus.db")) as bus:
        for message in hostile_messages(SEED, EVENTS):
            bus.publish([message])
        until(lambda: not any(map(bus.count_waiting, SERVICES)), EVENTS_SECONDS)
    return Sender(platform.url).send_all(Maker(scene, SEED).requests(REQUESTS))
