"""The demo's tray: mails and messages with links that work, while they are files."""

from typing import Any

import pytest
from chassis.http.problem import Problem
from gateway.clients.messages import FRESH_SECONDS, MessageWays
from gateway.pages.public.message_tray import MessageTrayPages

from tests.unit.gateway.scene import Scene, Service, scene

URL = "http://127.0.0.1:8080"
LINK = f"{URL}/invitations/Abc_1-2"


def entry(number: int, channel: str = "mail", text: str = "您好") -> dict[str, Any]:
    return {
        "id": f"m{number}", "channel": channel, "to": "13800000001", "subject": "邀请",
        "text": text, "at": "2026-03-01T04:00:00Z",
    }  # fmt: skip


def tray(*entries: dict[str, Any], following: str = "", is_open: bool = True) -> Scene:
    notify = Service("notify", {"/tray": {"items": list(entries), "next": following}})
    ways = MessageWays(notify)  # type: ignore[arg-type]
    made = scene(MessageTrayPages(ways, URL, is_open))
    made.services["notify"] = notify
    return made


def page_of(shown: Any) -> str:
    assert shown.status_code == 200
    return str(shown.get_data(as_text=True))


def test_an_empty_tray_says_what_will_come_here() -> None:
    assert "还没有邮件和短信" in page_of(tray().get("/demo/messages"))
    assert "No mails or messages yet" in page_of(tray().get("/demo/messages", "en"))


def test_links_of_this_site_work_whatever_name_it_is_asked_by() -> None:
    text = f"请打开 {LINK}。\n或 https://evil.example/x 或 {URL}.evil.example/"
    page = page_of(tray(entry(1, text=text)).get("/demo/messages"))
    assert f'href="/invitations/Abc_1-2">{LINK}</a>。' in page
    assert "evil.example/x" in page
    assert 'href="https://evil' not in page
    assert 'href=".evil' not in page


def test_what_stands_in_a_message_is_text() -> None:
    page = page_of(tray(entry(1, "sms", "<b>大</b>")).get("/demo/messages"))
    assert "&lt;b&gt;大&lt;/b&gt;" in page
    assert "短信" in page


def test_the_page_is_neither_kept_nor_packed() -> None:
    shown = tray(entry(1)).get("/demo/messages")
    assert shown.headers["Cache-Control"] == "private, no-store, no-transform"


def test_an_open_page_gets_a_part_only_when_there_is_something_new() -> None:
    made = tray(entry(1))
    page = page_of(made.get("/demo/messages"))
    seen = page.partition("seen=")[2].partition('"')[0]
    again = made.get(f"/demo/messages?seen={seen}", **{"HX-Request": "true"})
    assert again.status_code == 204
    made.services["notify"].answers["/tray"] = {"items": [entry(2), entry(1)]}
    part = page_of(made.get(f"/demo/messages?seen={seen}", **{"HX-Request": "true"}))
    assert part.count("<article") == 2
    assert "<html" not in part


def test_older_pages_stay_as_they_are() -> None:
    page = page_of(tray(entry(1), following="m1").get("/demo/messages?after=m9"))
    assert "hx-trigger" not in page
    assert "after=m1" in page


def test_where_mails_leave_there_is_no_such_page() -> None:
    made = tray()
    made.services["notify"].answers.clear()
    assert made.get("/demo/messages").status_code == 404


def test_on_a_real_platform_nobody_reads_mails_that_wait_for_a_server() -> None:
    made = tray(entry(1), is_open=False)
    assert made.get("/demo/messages").status_code == 404
    assert made.services["notify"].asked == []


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_whether_there_are_messages_is_asked_once_a_minute() -> None:
    notify = Service("notify", {"/channels": {"mail": True, "sms": True}})
    clock = Clock()
    ways = MessageWays(notify, clock)  # type: ignore[arg-type]
    assert ways.has_sms()
    notify.answers["/channels"] = {"mail": True, "sms": False}
    assert ways.has_sms()
    clock.now += FRESH_SECONDS
    assert not ways.has_sms()
    assert len(notify.asked) == 2
    notify.answers["/channels"] = Problem(503, "service-away", "away")
    clock.now += FRESH_SECONDS
    with pytest.raises(Problem):
        ways.has_sms()
