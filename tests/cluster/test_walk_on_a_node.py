"""The walk of a newcomer in a browser, on a cluster as everywhere."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.cluster.deployed import Deployed
from tests.e2e.conftest import page  # noqa: F401 (the window that complains)
from tests.e2e.newcomer import walk_from_roster_to_certificate

pytestmark = [
    pytest.mark.part("cluster"),
    pytest.mark.part("containers"),
    pytest.mark.part("chromium"),
]


def test_from_the_roster_to_the_certificate_in_a_browser(
    page: Page,  # noqa: F811
    browser: Browser,
    platform: Deployed,
    demo: dict[str, Any],
    tmp_path: Path,
) -> None:
    assert demo["password"]
    walk_from_roster_to_certificate(page, browser, platform, tmp_path)
