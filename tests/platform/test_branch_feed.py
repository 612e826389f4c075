"""A branch follows its rosters and members: by number, and by webhook."""

import base64
import hashlib
import hmac
import itertools
import json
from collections.abc import Iterator
from typing import Any

import pytest
from biyong.door import Door, Refused

from tests.doubles.webhook_receiver import Receiver, running_receiver
from tests.platform import rosters
from tests.platform.running import Platform, running, until

FEED = "/api/enrollment/branches/{}/feed?after={}&limit={}"
HOOK = "/api/enrollment/branches/dongcheng/webhook"
SEATED, ANSWERED = "enrollment.seat.taken.v1", "enrollment.receipt.issued.v1"
keys = (f"feed.{number}" for number in itertools.count(1))


@pytest.fixture(scope="module")
def receiver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Receiver]:
    with running_receiver(tmp_path_factory.mktemp("receiver")) as receiver:
        yield receiver


@pytest.fixture(scope="module")
def own(
    tmp_path_factory: pytest.TempPathFactory, receiver: Receiver
) -> Iterator[Platform]:
    """Webhooks may lead to loopback here, and trust the tests' authority."""
    environ = {
        "WEBHOOK_NETWORKS": "127.0.0.0/8",
        "SSL_CERT_FILE": str(receiver.authority),
    }
    with running(tmp_path_factory.mktemp("feed") / "home", environ) as platform:
        yield platform


@pytest.fixture(scope="module")
def class_id(own: Platform) -> str:
    staff = own.door("jiaowu")
    return rosters.open_class(staff, own.demo["course_id"], 500, "一个班")


def read_feed(door: Door, branch: str, after: int = 0, limit: int = 7) -> list[Any]:
    """All entries behind a number, page by page."""
    found: list[Any] = []
    while True:
        path = FEED.format(branch, after, limit)
        page = door.call("GET", path, dict[str, Any])
        if not page["items"]:
            return found
        found, after = found + page["items"], page["next"]


def types_of(door: Door, branch: str, after: int) -> list[str]:
    return sorted(entry["type"] for entry in read_feed(door, branch, after))


def last_of(door: Door, branch: str) -> int:
    page = door.call("GET", FEED.format(branch, 0, 1), dict[str, Any])
    return int(page["last"])


def test_a_roster_is_followed_by_number(own: Platform, class_id: str) -> None:
    officer, city = own.door("dongcheng"), own.door("shi")
    before, before_city = last_of(officer, "dongcheng"), last_of(city, "beijing")
    rows = rosters.rows(12, class_id)
    for row in rows:
        del row["branch_id"]
    rosters.put(officer, next(keys), rows, "dongcheng")
    wanted = [ANSWERED] + [SEATED] * 12
    until(lambda: types_of(officer, "dongcheng", before) == wanted, 30)
    until(lambda: types_of(city, "beijing", before_city) == [SEATED] * 12, 30)
    entries = read_feed(officer, "dongcheng", before)
    numbers = [entry["number"] for entry in entries]
    assert numbers == list(range(before + 1, before + 14))
    members = {entry["member_no"] for entry in entries if entry["type"] == SEATED}
    assert members == {row["member_no"] for row in rows}
    assert not any("ticket" in entry["data"] for entry in entries)
    assert not any(row["phone"] in str(entries) for row in rows)
    assert not any(row["name"] in str(entries) for row in rows)


def test_nobody_reads_the_feed_of_another_branch(own: Platform) -> None:
    child = own.door("jianguomen")
    for branch in ("dongcheng", "beijing", "nowhere"):
        with pytest.raises(Refused) as refused:
            child.call("GET", FEED.format(branch, 0, 1), dict[str, Any])
        assert refused.value.status == 403


def test_entries_come_to_the_webhook_as_they_stand_in_the_feed(
    own: Platform, class_id: str, receiver: Receiver
) -> None:
    officer = own.door("dongcheng")
    made = officer.call("PUT", HOOK, dict[str, Any], {"url": receiver.url})
    secret, before = made["secret"], made["delivered"]
    assert secret.startswith("whsec_")
    assert "secret" not in officer.call("GET", HOOK, dict[str, Any])
    rows = rosters.rows(3, class_id)
    for row in rows:
        del row["branch_id"]
    rosters.put(officer, next(keys), rows, "dongcheng")
    receiver.await_count(4, 40)
    came = receiver.received[:4]
    ids = [f"dongcheng.{before + place}" for place in range(1, 5)]
    assert [one.id for one in came] == ids
    key = base64.b64decode(secret.removeprefix("whsec_"))
    for one in came:
        signed = f"{one.id}.{one.headers['webhook-timestamp']}.".encode() + one.body
        digest = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest())
        assert one.headers["webhook-signature"] == f"v1,{digest.decode()}"
    entries = read_feed(officer, "dongcheng", before)
    assert [json.loads(one.body) for one in came] == entries


def test_an_address_of_our_own_network_is_refused(own: Platform) -> None:
    officer = own.door("dongcheng")
    for url, slug in (
        ("https://10.0.0.1/hook", "webhook-internal"),
        ("https://[::ffff:10.0.0.1]/hook", "webhook-internal"),
        ("http://hooks.example.org/", "webhook-url-refused"),
    ):
        with pytest.raises(Refused) as refused:
            officer.call("PUT", HOOK, dict[str, Any], {"url": url})
        assert (refused.value.status, refused.value.slug) == (422, slug)


def test_an_api_key_for_reading_rosters_reads_the_feed_and_no_more(
    own: Platform,
) -> None:
    officer = own.door("dongcheng")
    asked = {"name": "会员系统", "scope": "rosters-read", "days": 1}
    token = officer.call("POST", "/api/keys", dict[str, Any], asked)["token"]
    program = Door(own.url)
    program.token = token
    assert read_feed(program, "dongcheng")
    with pytest.raises(Refused) as refused:
        program.call("GET", HOOK, dict[str, Any])
    assert refused.value.status == 403
