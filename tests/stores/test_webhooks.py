"""Feeds arrive at webhooks in order and without gaps, on every engine."""

import base64
import hashlib
import hmac
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import msgspec
import pytest
from enrollment.domain.branch_feed import FeedEvent, PlacedEvent
from enrollment.domain.webhook import ACTIVE, DISABLED, PAUSED, Webhook
from enrollment.domain.webhook_signature import write_secret
from enrollment.store.feeds import StoredFeeds
from enrollment.store.webhooks import StoredWebhooks
from enrollment.usecases.change_webhook import ChangeWebhook
from enrollment.usecases.deliver_feed import DeliverFeed

from tests.doubles.audit import MemoryAudit
from tests.doubles.webhook_receiver import (
    Received,
    Receiver,
    answer_status,
    running_receiver,
)
from tests.engines import Kept
from tests.parts.mongo import OLD_WIRE
from tests.stores.delivering import LOOPBACK, SEALING, build_delivery

HAPPENED = "2026-11-30T08:00:00.000+00:00"
TYPE = "enrollment.receipt.issued.v1"
ROOT = Path(__file__).parents[2]


@dataclass
class Delivering:
    """A branch with a webhook, its receiver, and a worker."""

    url: str
    feeds: StoredFeeds
    webhooks: StoredWebhooks
    change: ChangeWebhook
    deliver: DeliverFeed
    receiver: Receiver
    woken: list[bool]

    def feed(self, *ids: str) -> None:
        """These come into the feed, and wake the webhook as in the service."""
        events = [FeedEvent(id_, TYPE, HAPPENED, {"k": id_}, "", "dc") for id_ in ids]
        self.feeds.append_events("dc", [PlacedEvent(event, "dc") for event in events])
        self.webhooks.wake_waiting(["dc"])

    def put(self) -> str:
        return self.change.put("acc1", "dc", self.receiver.url, paused=False)

    @property
    def webhook(self) -> Webhook:
        return self.change.get("dc").webhook

    def let_due(self) -> None:
        """The pause after a failure, or the lease of who died, is over."""
        rows = self.webhooks.rows
        rows.update_one({"_id": "dc"}, {"$set": {"work_due": time.time()}})


@pytest.fixture
def delivering(kept: Kept, tmp_path: Path) -> Iterator[Delivering]:
    database = kept.database("enrollment")
    feeds, webhooks = StoredFeeds(database), StoredWebhooks(database, SEALING)
    feeds.declare_indexes()
    webhooks.declare_indexes()
    woken: list[bool] = []
    with running_receiver(tmp_path / "tls") as receiver:
        yield Delivering(
            kept.engine.url,
            feeds,
            webhooks,
            ChangeWebhook(
                webhooks, feeds, MemoryAudit(), LOOPBACK, lambda: woken.append(True)
            ),
            build_delivery(database, str(receiver.authority)),
            receiver,
            woken,
        )


def is_signed(came: Received, secret: str) -> bool:
    """As Standard Webhooks has it, in a few lines that are not the service's."""
    key = base64.b64decode(secret.split("_", 1)[1])
    head = f"{came.id}.{came.headers['webhook-timestamp']}."
    digest = hmac.new(key, head.encode() + came.body, hashlib.sha256).digest()
    wanted = "v1," + base64.b64encode(digest).decode()
    return wanted in came.headers["webhook-signature"].split(" ")


def test_entries_arrive_in_order_signed_and_once(delivering: Delivering) -> None:
    secret = delivering.put()
    delivering.feed("a", "b", "c")
    assert delivering.deliver()
    assert delivering.receiver.ids == ["dc.1", "dc.2", "dc.3"]
    assert all(is_signed(came, secret) for came in delivering.receiver.received)
    assert not is_signed(delivering.receiver.received[0], write_secret(b"other" * 6))
    body = msgspec.json.decode(delivering.receiver.received[1].body)
    assert body == {
        "number": 2, "id": "b", "type": TYPE, "timestamp": HAPPENED,
        "branch_id": "dc", "member_no": "", "data": {"k": "b"},
    }  # fmt: skip
    assert not delivering.deliver()
    delivering.feed("d")
    assert delivering.deliver()
    assert delivering.receiver.ids[3:] == ["dc.4"]


def test_a_new_webhook_begins_with_what_comes_next(delivering: Delivering) -> None:
    delivering.feed("a")
    delivering.put()
    delivering.feed("b")
    delivering.deliver()
    assert delivering.receiver.ids == ["dc.2"]


def test_what_fails_is_tried_again_and_nothing_overtakes_it(
    delivering: Delivering,
) -> None:
    delivering.put()
    delivering.receiver.next = [answer_status(204), answer_status(500)]
    delivering.feed("a", "b", "c")
    assert delivering.deliver()
    assert delivering.receiver.ids == ["dc.1", "dc.2"]
    assert (delivering.webhook.delivered, delivering.webhook.tries) == (1, 1)
    assert not delivering.deliver(), "it waits"
    due = delivering.change.get("dc").due
    assert due is not None
    assert due > time.time()
    delivering.let_due()
    assert delivering.deliver()
    assert delivering.receiver.ids == ["dc.1", "dc.2", "dc.2", "dc.3"]
    assert (delivering.webhook.tries, delivering.webhook.failing_since) == (0, 0.0)
    [failure] = delivering.webhook.failures
    assert (failure.number, failure.reason, failure.status) == (2, "status", 500)


def test_what_comes_while_it_waits_after_a_failure_does_not_hurry_it(
    delivering: Delivering,
) -> None:
    delivering.put()
    delivering.receiver.next = [answer_status(500)]
    delivering.feed("a")
    delivering.deliver()
    delivering.feed("b")
    assert not delivering.deliver()


def test_who_says_that_it_is_gone_is_asked_no_more(delivering: Delivering) -> None:
    delivering.put()
    delivering.receiver.usual = answer_status(410)
    delivering.feed("a")
    delivering.deliver()
    assert delivering.webhook.state == DISABLED
    delivering.feed("b")
    assert not delivering.deliver()
    delivering.receiver.usual = answer_status(204)
    assert delivering.put() == "", "the secret stays"
    assert delivering.deliver()
    assert delivering.receiver.ids == ["dc.1", "dc.1", "dc.2"]


def test_while_it_is_paused_nothing_is_sent_and_nothing_lost(
    delivering: Delivering,
) -> None:
    delivering.put()
    delivering.change.put("acc1", "dc", delivering.receiver.url, paused=True)
    delivering.feed("a")
    delivering.deliver()
    assert (delivering.receiver.ids, delivering.webhook.state) == ([], PAUSED)
    delivering.put()
    delivering.deliver()
    assert delivering.receiver.ids == ["dc.1"]


def test_a_replay_sends_the_same_under_the_same_ids(delivering: Delivering) -> None:
    delivering.put()
    delivering.feed("a", "b", "c")
    delivering.deliver()
    delivering.change.replay("acc1", "dc", 2)
    delivering.deliver()
    assert delivering.receiver.ids == ["dc.1", "dc.2", "dc.3", "dc.2", "dc.3"]
    bodies = [came.body for came in delivering.receiver.received]
    assert bodies[1:3] == bodies[3:]


def test_a_test_is_sent_whatever_the_state(delivering: Delivering) -> None:
    secret = delivering.put()
    delivering.change.put("acc1", "dc", delivering.receiver.url, paused=True)
    delivering.deliver()
    delivering.receiver.next = [answer_status(404)]
    delivering.change.ask_test("dc")
    assert delivering.deliver()
    [came] = delivering.receiver.received
    assert is_signed(came, secret)
    assert came.id.startswith("dc.test.")
    webhook = delivering.webhook
    assert webhook.test is not None
    assert (webhook.test.reason, webhook.test.status) == ("status", 404)
    assert (webhook.state, webhook.is_tested, webhook.tries) == (PAUSED, False, 0)


def test_after_rotations_all_secrets_sign(delivering: Delivering) -> None:
    before = delivering.put()
    between = delivering.change.rotate_secret("acc1", "dc")
    after = delivering.change.rotate_secret("acc1", "dc")
    delivering.feed("a")
    delivering.deliver()
    [came] = delivering.receiver.received
    assert all(is_signed(came, secret) for secret in (before, between, after))


def test_no_secret_lies_in_clear(delivering: Delivering) -> None:
    secret = delivering.put()
    other = delivering.change.rotate_secret("acc1", "dc")
    row = delivering.webhooks.rows.find_one({"_id": "dc"})
    for one in (secret, other):
        assert one.removeprefix("whsec_") not in str(row)


def test_who_was_changed_meanwhile_is_let_go(delivering: Delivering) -> None:
    delivering.put()
    delivering.feed("a", "b", "c")

    def pause(handler: BaseHTTPRequestHandler, came: Received) -> None:
        delivering.change.put("acc1", "dc", delivering.receiver.url, paused=True)
        answer_status(204)(handler, came)

    delivering.receiver.next = [pause]
    delivering.deliver()
    assert delivering.receiver.ids == ["dc.1"]
    assert (delivering.webhook.state, delivering.webhook.delivered) == (PAUSED, 0)


def test_while_a_worker_sends_no_other_does_after_a_change(
    delivering: Delivering,
) -> None:
    delivering.put()
    delivering.feed("a", "b")
    second = build_delivery(
        delivering.webhooks.rows.database, str(delivering.receiver.authority)
    )
    others: list[bool] = []

    def change(handler: BaseHTTPRequestHandler, came: Received) -> None:
        delivering.change.replay("acc1", "dc", 1)
        delivering.put()
        others.append(second())
        answer_status(204)(handler, came)

    delivering.receiver.next = [change]
    delivering.deliver()
    assert others == [False]
    assert second(), "due as soon as the first let it go"
    assert delivering.receiver.ids == ["dc.1", "dc.1", "dc.2"]


def test_who_held_one_that_was_deleted_writes_nothing_into_the_new_one(
    delivering: Delivering,
) -> None:
    delivering.put()
    delivering.feed("a")
    held = delivering.webhooks.claim()
    assert held is not None
    delivering.change.delete("acc1", "dc")
    delivering.put()
    delivering.feed("b")
    assert delivering.webhooks.claim() is not None
    old = replace(held.webhook, url="https://old.example.org/")
    assert not delivering.webhooks.renew(held, old)
    assert delivering.webhook.url == delivering.receiver.url


def test_who_let_go_late_takes_it_from_nobody_else(delivering: Delivering) -> None:
    delivering.put()
    delivering.feed("a")
    late = delivering.webhooks.claim()
    assert late is not None
    delivering.let_due()
    now_held = delivering.webhooks.claim()
    assert now_held is not None
    assert not delivering.webhooks.renew(late, late.webhook)
    assert delivering.webhooks.claim() is None
    assert delivering.webhooks.renew(now_held, now_held.webhook)


def test_what_comes_just_as_it_is_going_to_rest_is_not_left_behind(
    delivering: Delivering,
) -> None:
    delivering.put()
    note = delivering.webhooks.note

    class Late(StoredWebhooks):
        """Something comes after the feed was read empty."""

        def note(self, *args: object) -> bool:
            if delivering.feeds.get_last_number("dc") == 1:
                events = [FeedEvent("b", TYPE, HAPPENED, {}, "", "dc")]
                placed = [PlacedEvent(event, "dc") for event in events]
                delivering.feeds.append_events("dc", placed)
                self.wake_waiting(["dc"])  # finds it still at work
            return note(*args)  # type: ignore[arg-type]

    database = delivering.webhooks.rows.database
    delivering.deliver.webhooks = Late(database, SEALING)
    delivering.feed("a")
    delivering.deliver()
    while delivering.deliver():
        pass
    assert delivering.receiver.ids == ["dc.1", "dc.2"]


def test_whoever_answers_slowly_is_served_apart(delivering: Delivering) -> None:
    delivering.put()
    slow = replace(delivering.webhook, is_slow=True)
    delivering.webhooks.change("dc", lambda _: slow)
    delivering.feed("a")
    assert not delivering.deliver()
    database, authority = delivering.webhooks.rows.database, delivering.receiver
    apart = build_delivery(database, str(authority.authority), is_slow=True)
    assert apart()
    assert delivering.receiver.ids == ["dc.1"]
    assert not delivering.webhook.is_slow, "it was quick this time"


def test_a_worker_that_is_killed_leaves_a_repetition_and_never_a_gap(
    delivering: Delivering,
) -> None:
    """kill -9 after the second entry arrived and before that is noted."""
    delivering.put()
    delivering.feed("a", "b", "c")
    command = [sys.executable, "-m", "tests.stores.delivering", delivering.url]
    command.append(str(delivering.receiver.authority))
    pids: list[int] = []

    def kill(handler: BaseHTTPRequestHandler, came: Received) -> None:
        os.kill(pids[0], signal.SIGKILL)
        answer_status(204)(handler, came)

    delivering.receiver.next = [answer_status(204), kill]
    environ = os.environ | {"PYTHONPATH": str(OLD_WIRE)}
    worker = subprocess.Popen(command, cwd=ROOT, env=environ)
    pids.append(worker.pid)
    assert worker.wait(timeout=60) == -signal.SIGKILL
    assert delivering.receiver.ids == ["dc.1", "dc.2"]
    assert delivering.webhook.delivered == 1
    assert not delivering.deliver(), "its lease still runs"
    delivering.let_due()
    assert delivering.deliver()
    assert delivering.receiver.ids == ["dc.1", "dc.2", "dc.2", "dc.3"]
    first, again = delivering.receiver.received[1:3]
    assert first.body == again.body
    assert delivering.webhook.state == ACTIVE
