"""One platform with its demo for the tests of this folder that do not harm it."""

from collections.abc import Iterator

import pytest

from tests.platform.running import Platform, running


@pytest.fixture(scope="session")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    with running(tmp_path_factory.mktemp("platform") / "home") as started:
        yield started
