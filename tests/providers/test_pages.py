"""The pages of providers, as a browser shows them: axe, sideways, the HTML checker."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from gateway.identity.account import OFFICER
from playwright.sync_api import Browser as Chromium

from tests.e2e.looking import Window, open_window
from tests.engines import Kept
from tests.parts import dingtalk, html_checker
from tests.parts.dingtalk import running_dingtalk
from tests.parts.process import free_ports
from tests.providers.gate import Gate, running_gate, written_secret
from tests.unit.gateway.identity import PASSWORD, an_account

pytestmark = [
    pytest.mark.part("chromium"),
    pytest.mark.part("axe"),
    pytest.mark.part("html-checker"),
]
LOCALES = {"zh": "zh-CN", "en": "en-GB"}
OF_STRANGERS = {
    "/sign-in": 200,
    "/sign-in/with/dingtalk/callback?state=x&code=y": 422,
    "/sign-in/with/away": 503,
}
LONG = "一个名字很长的上级工会的统一身份认证平台"


@pytest.fixture(scope="module")
def gate(own_store: Kept, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gate]:
    secret = written_secret(tmp_path_factory.mktemp("providers"))
    with ExitStack() as stack:
        of_dingtalk = stack.enter_context(running_dingtalk())
        nobody, port = free_ports(2)
        common = {"client_id": dingtalk.CLIENT, "client_secret_file": secret}
        providers = [
            {
                **common,
                "name": "dingtalk",
                "kind": "dingtalk",
                "label": {"zh": "钉钉", "en": "DingTalk"},
                "sign_in_url": f"{of_dingtalk.stand_in.url}/auth",
                "api_url": of_dingtalk.stand_in.url,
            },
            {
                **common,
                "name": "away",
                "label": {"zh": LONG, "en": "Identity of the federation above"},
                "issuer": f"http://127.0.0.1:{nobody}",
            },
        ]
        officer = an_account("shi", OFFICER, branch_id="dongcheng")
        text = json.dumps(providers)
        yield stack.enter_context(running_gate(own_store, port, text, [officer]))


def look_at(window: Window, path: str, status: int) -> tuple[str, list[str]]:
    """The text of a page, and what is wrong with how it is shown."""
    answer = window.page.goto(window.url + path)
    assert answer is not None
    assert answer.status == status
    text = answer.text()
    return text, window.list_axe_faults() + window.list_sideways()


@pytest.mark.parametrize("language", LOCALES)
def test_axe_and_the_checker_find_nothing(
    gate: Gate, browser: Chromium, tmp_path: Path, language: str
) -> None:
    faults: dict[str, list[str]] = {}
    files: list[Path] = []

    def look(window: Window, path: str, status: int) -> None:
        text, faults[path] = look_at(window, path, status)
        files.append(tmp_path / f"{len(files)}.html")
        files[-1].write_text(text, "utf-8")

    stranger = open_window(browser, gate.url, "", LOCALES[language], True)
    for path, status in OF_STRANGERS.items():
        look(stranger, path, status)
    token = gate.sign_in("shi", PASSWORD)
    owner = open_window(browser, gate.url, token, LOCALES[language], True)
    look(owner, "/account/connections", 200)
    owner.page.route("**/leaving.*", lambda route: route.abort())
    owner.page.click("form[action='/account/connections/dingtalk'] button")
    owner.page.wait_for_selector("form[data-leaving]")
    faults["leaving"] = owner.list_axe_faults() + owner.list_sideways()
    for window in (stranger, owner):
        window.context.close()
    assert {path: found for path, found in faults.items() if found} == {}
    assert html_checker.check_files(files) == []
