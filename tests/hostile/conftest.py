"""A platform that nothing hostile has reached yet, and all that is sent to it."""

from collections.abc import Iterator

import pytest

from tests.depth import rounds
from tests.hostile.sending import Maker, Report, Sender
from tests.platform.running import Platform, running
from tests.routes.scene import Scene, make_scene

SEED = 10
REQUESTS = rounds(5_000, 60_000)


@pytest.fixture(scope="session")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    with running(tmp_path_factory.mktemp("hostile") / "home") as started:
        yield started


@pytest.fixture(scope="session")
def scene(platform: Platform) -> Scene:
    return make_scene(platform)


@pytest.fixture(scope="session")
def report(platform: Platform, scene: Scene) -> Report:
    """What became of all hostile requests."""
    return Sender(platform.url).send_all(Maker(scene, SEED).requests(REQUESTS))
