"""One platform with its demo for the tests of this folder that do not harm it."""

from collections.abc import Iterator

import pytest
from biyong.door import Door
from biyong.home import home_of

from tests.platform.running import Platform, running


@pytest.fixture(scope="session")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    with running(tmp_path_factory.mktemp("platform") / "home") as started:
        yield started


@pytest.fixture(scope="module")
def operator(platform: Platform) -> Door:
    """A door the operator signed in at."""
    door = Door(platform.url)
    home = home_of({"BIYONG_HOME": str(platform.home)})
    door.sign_in("operator", home.secret("operator"))
    return door
