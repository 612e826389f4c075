"""An operator sees what is parked, mends it, and follows one enrolment end to end."""

import os
import subprocess
import sys
from typing import Any
from urllib.parse import urlencode

import msgspec
import pytest
import urllib3
from biyong.door import Door, Refused
from biyong.operating import ThroughGateway
from chassis.events.envelope import from_document
from chassis.inbox.retry_queue import PARKED, RetryQueue
from chassis.operations.console import EventConsole
from chassis.operations.operations import Operation
from chassis.operations.shapes import Id, Resend, Which
from chassis.operations.trace import find_trace
from chassis.storage.collections import MessagingCollections

from tests.platform import rosters
from tests.platform.running import Platform, until

TYPE = "enrollment.seat.taken.v1"
ALERT = 'role="alert"'
OPERATIONS = [
    made for made in vars(EventConsole).values() if isinstance(made, Operation)
]


@pytest.fixture(scope="module")
def enrolment(platform: Platform) -> str:
    """An enrolment that came by a roster, its id."""
    officer, course = platform.door("shi"), platform.demo["course_id"]
    class_id = rosters.open_class(platform.door("jiaowu"), course, 5, "追踪班")
    rosters.put(officer, "trace.1", rosters.rows(3, class_id))
    outcomes = until(lambda: rosters.receipt(officer, "trace.1"), 60)
    return str(outcomes[1]["enrolment_id"])


def biyong(platform: Platform, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "biyong", "events", *words],
        env={**os.environ, "BIYONG_HOME": str(platform.home)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def park(platform: Platform, enrolment: str, key: str) -> None:
    """As if learning had tried what it was told of this enrolment to the last."""
    with platform.store() as client:
        of_seat = client["enrollment"]["event_archive"].find(
            {"event.partitionkey": enrolment}
        )
        [taken] = [row["event"] for row in of_seat if row["event"]["type"] == TYPE]
        said = from_document(taken)
        event = msgspec.structs.replace(said, id=f"{key}.1.0", partitionkey=key)
        held = RetryQueue(MessagingCollections(client["learning"]))
        held.add_event(event, f"NotFound: '{key}'")
        while held.note_failed(key, f"NotFound: '{key}'") != PARKED:
            pass


def page(
    platform: Platform, door: Door, path: str, method: str = "GET", **form: str
) -> str:
    headers = {
        "Authorization": f"Bearer {door.token}",
        "Accept-Language": "zh",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    sent = urlencode(form) if form else None
    got = urllib3.request(
        method, platform.url + path, body=sent, headers=headers, redirect=False
    )
    assert got.status in {200, 303, 422}, got.data.decode()
    return got.data.decode()


def test_one_enrolment_is_followed_from_the_row_to_the_notice_by_its_id(
    platform: Platform, operator: Door, enrolment: str
) -> None:
    def told() -> set[tuple[str, str, str]]:
        entries = find_trace(ThroughGateway(operator), enrolment)
        return {(entry.service, entry.state, entry.type) for entry in entries}

    whole = {
        ("enrollment", "published", "enrollment.person.registered.v1"),
        ("enrollment", "published", TYPE),
        ("enrollment", "published", "enrollment.receipt.issued.v1"),
        ("enrollment", "handled", TYPE),
        ("media", "handled", TYPE),
        ("learning", "handled", TYPE),
        ("notify", "handled", TYPE),
        ("gateway", "handled", "enrollment.person.registered.v1"),
    }
    until(lambda: whole <= told(), 30)
    drawn = biyong(platform, "trace", enrolment)
    assert drawn.returncode == 0, drawn.stderr
    assert drawn.stdout.count(TYPE) == 5, "nobody else's seats are among them"
    assert '<svg class="timeline"' in page(
        platform, operator, f"/operations/trace?id={enrolment}"
    )
    assert biyong(platform, "trace", "nobody").returncode == 1


def test_a_parked_event_is_mended_on_the_page_and_tried_again(
    platform: Platform, operator: Door, enrolment: str
) -> None:
    park(platform, enrolment, "mend-me")
    assert "mend-me" in page(platform, operator, "/operations")
    at = "/operations/learning/parked"
    shown = page(platform, operator, f"{at}?key=mend-me")
    assert "class_id" in shown
    edit = {"action": "edit", "key": "mend-me", "event": "mend-me.1.0"}
    refused = page(platform, operator, at, "POST", **edit, data='{"class_id": 7}')
    assert ALERT in refused
    broken = page(platform, operator, at, "POST", **edit, data="{")
    assert ALERT in broken
    again = {"action": "replay", "key": "mend-me"}
    assert "done=replay&amp;n=1" in page(platform, operator, at, "POST", **again)
    assert "done=replay&amp;n=0" in page(platform, operator, at, "POST", **again)
    nothing = page(platform, operator, "/operations?done=replay&n=0")
    assert 'role="status"' in nothing
    until(lambda: "mend-me" not in biyong(platform, "parked").stdout, 30)
    assert "mend-me" in biyong(platform, "audit").stdout


def test_a_terminal_shows_gives_up_and_says_again(
    platform: Platform, operator: Door, enrolment: str
) -> None:
    park(platform, enrolment, "give-up")
    listed = biyong(platform, "parked")
    assert listed.returncode == 1
    assert "give-up" in listed.stdout
    assert biyong(platform, "show", "learning", "give-up").returncode == 0
    dropped = biyong(
        platform, "drop", "learning", "--key", "give-up", "--why", "a test"
    )
    assert dropped.stdout.split()[0] == "1"
    take_back(platform, operator, "give-up")
    again = biyong(platform, "resend", "enrollment", "--key", enrolment)
    assert again.stdout.split()[0] == "1"
    assert biyong(platform, "reconcile", "learning").returncode == 0
    assert biyong(platform, "topology").returncode == 0


def take_back(platform: Platform, operator: Door, key: str) -> None:
    """The drop is undone on the page; a second time, at a terminal, is refused."""
    [line] = [
        line
        for line in ThroughGateway(operator).ask("learning", EventConsole.find_audit)
        if line.key == key and line.can_come_back
    ]
    assert line.id in biyong(platform, "audit").stdout
    at = "/operations/learning/parked"
    page(platform, operator, at, "POST", action="take-back", line=line.id)
    again = biyong(platform, "take-back", "learning", line.id)
    assert again.returncode == 4


@pytest.mark.parametrize(
    ("words", "operation", "asked", "slug"),
    [
        (["replay"], EventConsole.replay_parked, Which(), "nothing-picked"),
        (
            ["show", "nothing"],
            EventConsole.get_sequence,
            Id(id="nothing"),
            "not-parked",
        ),
        (
            ["take-back", "no-line"],
            EventConsole.take_back,
            Id(id="no-line"),
            "not-dropped",
        ),
        (["resend"], EventConsole.resend_events, Resend(), "nothing-picked"),
        (
            ["rebuild", "nothing"],
            EventConsole.rebuild_model,
            Id(id="nothing"),
            "unknown-model",
        ),
    ],
)
@pytest.mark.parametrize("service", ["learning", "gateway"])
def test_what_cannot_be_done_is_refused_with_its_reason(
    platform: Platform,
    operator: Door,
    service: str,
    words: list[str],
    operation: Operation[Any],
    asked: Any,
    slug: str,
) -> None:
    with pytest.raises(Refused) as refusal:
        ThroughGateway(operator).ask(service, operation, asked)
    assert refusal.value.slug == slug
    if service == "learning":
        command, *more = words
        assert biyong(platform, command, service, *more).returncode == 4


@pytest.mark.parametrize("who", ["shi", "jiaowu"])
@pytest.mark.parametrize("service", ["learning", "enrollment", "gateway"])
def test_nobody_but_an_operator_sees_or_touches_events(
    platform: Platform, who: str, service: str
) -> None:
    operations = ThroughGateway(platform.door(who))
    for operation in OPERATIONS:
        with pytest.raises(Refused) as refusal:
            operations.ask(service, operation)
        assert refusal.value.status == 403
