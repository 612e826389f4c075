"""Pages that show what was sent run nothing of it, whoever looks at them."""

import itertools
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

import pytest
from biyong.door import Door, Refused
from embedded.bus.bus import Bus, Message
from playwright.sync_api import Browser, Dialog, Page

from tests.hostile.sending import Report
from tests.hostile.values import SCRIPTS
from tests.platform import rosters
from tests.platform.running import Platform
from tests.routes.scene import Scene

pytestmark = pytest.mark.part("chromium")
WATCH = """
window.__reports = [];
document.addEventListener("securitypolicyviolation", (event) =>
  window.__reports.push(`${event.violatedDirective} ${event.blockedURI}`));
"""
OPEN_PAGES = (
    "/", "/courses", "/events", "/verify", "/sign-in", "/courses/{course}",
    "/classes/{class}",
)  # fmt: skip
PAGES: Mapping[str, Sequence[str]] = {
    "anonymous": OPEN_PAGES,
    "seated": (
        *OPEN_PAGES,
        "/my-classes",
        "/record",
        "/inbox",
        "/learn/{course}/{lesson}",
    ),
    "same": (
        *OPEN_PAGES,
        "/rosters",
        "/rosters/new",
        "/rosters/dongcheng/planted",
        "/rosters/dongcheng/planted?show=all",
        "/rosters/dongcheng/planted/repairs",
        "/roster-drafts/{roster_draft}",
    ),
    "staff": OPEN_PAGES,
    "first": ("/operations", "/operations/trace?id={nothing}"),
}
"""Who looks at which pages."""
ASKED = (
    "/courses?q={}", "/events?q={}", "/verify?number={}", "/verify/{}",
    "/sign-in?next={}", "/courses/{}", "/classes/{}", "/invitations/{}", "/{}",
)  # fmt: skip
"""Pages that show what they are asked for."""
MOST_MADE, PAYLOADS_EACH = 40, 4


@pytest.fixture(scope="module")
def planted(scene: Scene) -> list[str]:
    """Every payload in every text that pages show; the pages of what was taken."""
    pages = []
    for payload in SCRIPTS:
        pages += plant(scene, payload)
    bus = Bus(scene.platform.home / "bus.db")
    topic = "catalog.class.closed.v1"
    bus.publish([Message(topic, 3, payload.encode()) for payload in SCRIPTS])
    bus.close()
    return pages


@pytest.fixture(scope="module")
def made(report: Report) -> list[str]:
    """The pages of the last things that hostile requests made."""
    pages = [page_of(rule, id_) for rule, id_ in report.made]
    return [page for page in pages if page][-MOST_MADE:]


def page_of(rule: str, id_: str) -> str:
    """The page of something made at this route, if it has one."""
    kind = rule.removeprefix("/api/catalog")
    return f"{kind}/{id_}" if kind in ("/courses", "/classes") else ""


def plant(scene: Scene, payload: str) -> list[str]:
    """A course, a class, a module, a branch and a person named by a payload."""
    staff, pages = scene.staff, list[str]()
    lessons = [{"lesson_id": "a", "title": payload, "kind": "onsite"}]
    course = {
        "title": payload, "module": "policy", "summary": payload, "teacher": payload,
        "lessons": lessons,
    }  # fmt: skip
    taken = tried(staff, "POST", "/api/catalog/courses", course)
    if taken:
        tried(staff, "POST", f"/api/catalog/courses/{taken['id']}/publication", {})
        pages.append(f"/courses/{taken['id']}")
    opened = {
        "course_id": scene.values["course"], "title": payload, "capacity": 5,
        "starts_on": "2026-12-01", "ends_on": "2026-12-31", "form": "onsite",
        "point": payload,
    }  # fmt: skip
    taken = tried(staff, "POST", "/api/catalog/classes", opened)
    if taken:
        pages.append(f"/classes/{taken['id']}")
    number = SCRIPTS.index(payload)
    module = {"code": f"m{number}", "name": payload, "topics": [payload]}
    area = {"name": payload, "place": 900, "modules": [module]}
    tried(staff, "PUT", f"/api/catalog/areas/planted{number}", area)
    project = {"name": payload, "place": 900, "form": payload, "summary": payload}
    tried(staff, "PUT", f"/api/catalog/projects/planted{number}", project)
    branch = {"id": f"planted{number}", "name": payload, "parent": "dongcheng"}
    tried(staff, "POST", "/api/enrollment/branches", branch)
    row = rosters.rows(1, scene.values["open"])[0] | {"name": payload}
    row |= {"member_no": payload, "branch_id": ""}
    chunk = {"roster_id": "planted", "rows": [row]}
    path = f"/api/enrollment/branches/dongcheng/chunks/planted.{number}"
    tried(scene.doors["same"], "PUT", path, chunk)
    return pages


def tried(door: Door, method: str, path: str, body: object) -> dict[str, Any]:
    """The answer, or nothing where the payload was refused."""
    try:
        return door.call(method, path, dict[str, Any], body, match="*")
    except Refused as refused:
        if refused.status >= 500:
            raise
        return {}


def asked() -> list[str]:
    """Each page that shows what it is asked for, with some payloads in turn."""
    payloads = itertools.cycle(SCRIPTS)
    return [
        page.format(quote(next(payloads), safe=""))
        for page in ASKED
        for _ in range(PAYLOADS_EACH)
    ]


@pytest.mark.parametrize("caller", PAGES)
def test_no_payload_runs(
    caller: str, browser: Browser, scene: Scene, planted: list[str], made: list[str]
) -> None:
    paths = [page.format(**scene.values) for page in PAGES[caller]] + planted
    paths += {"anonymous": asked(), "staff": made}.get(caller, [])
    token = scene.doors[caller].token
    said = {"Authorization": f"Bearer {token}"} if token else {}
    context = browser.new_context(locale="zh-CN", extra_http_headers=said)
    context.add_init_script(WATCH)
    page = context.new_page()
    ran: list[str] = []

    def note(dialog: Dialog) -> None:
        ran.append(f"a dialog at {page.url}")
        dialog.dismiss()

    page.on("dialog", note)
    for path in paths:
        ran += looked_at(page, scene.platform, path)
    context.close()
    assert not ran, "\n".join(["", *ran])


def looked_at(page: Page, platform: Platform, path: str) -> list[str]:
    """What a page ran, or was kept from running, of what it shows."""
    page.goto(platform.url + path, wait_until="domcontentloaded")
    has_run = page.evaluate("window.__x") is not None
    reports: list[str] = page.evaluate("window.__reports")
    return [f"{path} ran"] * has_run + [f"{path}: {report}" for report in reports]
