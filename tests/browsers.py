"""The one browser of a test run: Playwright's loop bears no second one beside it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.parts import chromium


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, started when the first test asks for it."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=str(chromium.install()), args=list(chromium.ARGUMENTS)
        )
        yield started
        started.close()
