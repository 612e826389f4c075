"""A platform and a browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.platform import mixes
from tests.platform.running import Platform, running
from tests.routes.scene import Scene, make_scene


@pytest.fixture(scope="package")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    with running(tmp_path_factory.mktemp("e2e") / "home") as started:
        yield started


@pytest.fixture(scope="package")
def scene(platform: Platform) -> Scene:
    """Everybody and everything of the route table; a platform bears it once."""
    return make_scene(platform)


@pytest.fixture(scope="package", params=mixes.params("embedded", "rabbitmq", "real"))
def any_platform(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Platform]:
    """The platform on each mix of parts."""
    if request.param == "embedded":
        yield request.getfixturevalue("platform")
        return
    with mixes.running_on(request.param, tmp_path_factory.mktemp("mix")) as started:
        yield started


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A Chinese browser window; whatever it complains of fails the test."""
    context = browser.new_context(
        locale="zh-CN", viewport={"width": 1200, "height": 900}
    )
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on(
        "console",
        lambda said: complaints.append(said.text) if said.type == "error" else None,
    )
    yield opened
    context.close()
    assert not complaints
