"""The page that an operator opens first, while one of the real services stands still;
and the way from what somebody quotes to the trace."""

import re
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import OpenerDirector

import pytest
from biyong.door import Door
from biyong.operating import ThroughGateway
from chassis.audit.entry import AuditQuery
from chassis.operations.console import EventConsole
from chassis.operations.presence import BEAT_SECONDS
from chassis.operations.shapes import Id

from tests.platform import rosters
from tests.platform.roles import running_replica
from tests.platform.running import Platform, until
from tests.platform.test_a_service_that_stands_still import (
    SERVICES,
    signed_in,
    standing_still,
)

SECONDS, TRIES = 2.0, 3
"""A page that waits for what hangs is late each time; a busy machine is late once."""
ROSTER = "looked-up"
NAMES = {*SERVICES, "gateway"}


@pytest.fixture(scope="module")
def browser(platform: Platform) -> OpenerDirector:
    return signed_in(platform, "operator")


def open_overview(browser: OpenerDirector, platform: Platform) -> tuple[str, float]:
    """The page, and the seconds that it took."""
    began = time.monotonic()
    page = browser.open(f"{platform.url}/operations", timeout=10).read().decode()
    return page, time.monotonic() - began


def find_away(page: str) -> set[str]:
    """The services that the page says do not answer."""
    return set(re.findall(r'data-finding="away" data-of="(\w+)"', page))


def search(browser: OpenerDirector, platform: Platform, words: str) -> tuple[str, str]:
    """Where a search leads, and the page there."""
    form = urlencode({"words": words}).encode()
    answer = browser.open(f"{platform.url}/operations/search", form, timeout=10)
    return answer.url.removeprefix(platform.url), answer.read().decode()


@pytest.mark.parametrize("service", SERVICES)
def test_while_a_service_stands_still_the_page_is_there_in_time_and_names_it(
    platform: Platform, browser: OpenerDirector, service: str
) -> None:
    until(lambda: not find_away(open_overview(browser, platform)[0]), 30)
    with standing_still(platform, service):
        opened = [open_overview(browser, platform) for _ in range(TRIES)]
    assert min(seconds for _, seconds in opened) < SECONDS
    assert all(service in find_away(page) for page, _ in opened)
    first = next(page for page, _ in opened if find_away(page) == {service})
    assert "data-healthy" not in first
    [row] = re.findall(rf'<tr data-service="{service}">(.*?)</tr>', first, re.S)
    assert re.findall(r'data-name="[^"]*">(\d+)<', row) == []
    until(lambda: not find_away(open_overview(browser, platform)[0]), 30)


def test_every_process_is_seen_with_its_role_and_release(
    platform: Platform, operator: Door
) -> None:
    def tell() -> dict[str, list[tuple[str, str, bool]]]:
        answers = ThroughGateway(operator).ask_all(EventConsole.find_health)
        return {
            name: [(p.role, p.release, p.is_unseen) for p in health[0].processes]
            for name, health in answers.items()
        }

    told = until(lambda: all((found := tell()).values()) and found, 30)
    assert set(told) == NAMES
    for processes in told.values():
        assert ("all", version("biyong-gateway"), False) in processes


@pytest.mark.parametrize("role", ["worker", "relay"])
def test_a_role_in_a_process_of_its_own_is_seen_until_it_ends(
    platform: Platform, operator: Door, tmp_path: Path, role: str
) -> None:
    def roles() -> set[str]:
        asked = ThroughGateway(operator).ask("learning", EventConsole.find_health)
        return {process.role for process in asked[0].processes}

    with running_replica(platform, "learning", role, tmp_path) as replica:
        replica.wait_until_ready()
        until(lambda: roles() == {"all", role}, 3 * BEAT_SECONDS)
        assert replica.stop() == 0
        until(lambda: roles() == {"all"}, 3 * BEAT_SECONDS)


@dataclass(frozen=True)
class Sent:
    """A row of a roster that was sent, and the enrolment that it led to."""

    row: dict[str, Any]
    enrolment: str


@pytest.fixture(scope="module")
def sent(platform: Platform) -> Sent:
    officer, course = platform.door("shi"), platform.demo["course_id"]
    class_id = rosters.open_class(platform.door("jiaowu"), course, 5, "查找班")
    [row] = rosters.rows(1, class_id)
    rosters.put(officer, f"{ROSTER}.1", [row])
    [outcome] = until(lambda: rosters.receipt(officer, f"{ROSTER}.1"), 60)
    return Sent(row, str(outcome["enrolment_id"]))


def test_a_quoted_id_leads_to_the_trace(
    platform: Platform, browser: OpenerDirector, operator: Door, sent: Sent
) -> None:
    ask, asked = EventConsole.find_published, Id(id=sent.enrolment)
    entries = until(lambda: ThroughGateway(operator).ask("enrollment", ask, asked), 30)
    request = entries[0].request
    for quoted, id_ in (
        (f"编号 {request.upper()}，请查", request),
        (sent.enrolment, sent.enrolment),
    ):
        path, page = search(browser, platform, quoted)
        assert path == f"/operations/trace?id={id_}"
        assert '<svg class="timeline"' in page


def test_a_name_and_a_phone_lead_to_the_trace_masked_and_written_down(
    platform: Platform, browser: OpenerDirector, operator: Door, sent: Sent
) -> None:
    link = f'href="/operations/trace?id={sent.enrolment}"'
    name, phone = sent.row["name"], sent.row["phone"]
    by_phone = search(browser, platform, phone)[1]
    assert link in by_phone
    assert name not in by_phone
    assert f"{phone[:3]}****{phone[-4:]}" in by_phone
    path, by_name = until(
        lambda: (
            (found := search(browser, platform, name)) and link in found[1] and found
        ),
        30,
    )
    assert path == "/operations/search"
    assert phone not in by_name
    [person] = re.findall(r'data-person="(\w+)"', by_phone)
    asked = AuditQuery(action="person-looked-up", subject=person)
    lines = ThroughGateway(operator).ask("enrollment", EventConsole.find_entries, asked)
    assert len(lines) >= 2
    assert name not in str(lines)
    assert phone not in str(lines)


def test_a_roster_leads_to_the_traces_of_its_chunks(
    platform: Platform, browser: OpenerDirector, sent: Sent
) -> None:
    path, page = until(
        lambda: (
            (found := search(browser, platform, ROSTER))
            and "data-roster" in found[1]
            and found
        ),
        30,
    )
    assert path == "/operations/search"
    [chunk] = re.findall(r'href="/operations/trace\?id=([^"]*)"', page)
    trace = browser.open(f"{platform.url}/operations/trace?id={chunk}").read().decode()
    assert '<svg class="timeline"' in trace
