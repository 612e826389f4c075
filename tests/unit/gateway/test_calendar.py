"""The calendar: whose dates stand in it, and the file that other programs read."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, cast

import pytest
from chassis.http.problem import Problem
from contracts.http.catalog import ClassOut
from flask import Flask
from gateway.identity.account import OFFICER, STAFF, TRAINEE, Account
from gateway.identity.calendar_addresses import CalendarAddresses
from gateway.pages.account.calendar import CalendarPages
from gateway.pages.calendar_dates import DatedClass
from gateway.pages.calendar_file import write_calendar
from gateway.pages.calendar_view import month_asked, view_calendar
from icalendar import Calendar, Component
from msgspec import convert

from tests.unit.gateway import samples
from tests.unit.gateway.scene import Scene, scene

SITE = "https://biyong.example"
NOW = datetime.datetime(2026, 12, 1, 2, tzinfo=datetime.UTC)
TODAY = NOW.date()
HOSTILE = [
    "协商；一班, 二期\\n",
    "x\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:forged",
    "x\nATTACH:http://evil.example/",
    "a\x00b\x0bc\x1f",
    "😀" * 60,
    "';--<script>alert(1)</script>",
    "\u2028\u2029\u0085x",
]


@pytest.fixture(autouse=True)
def _page() -> Iterator[None]:
    """A request is needed only for its language."""
    with Flask("gateway").test_request_context():
        yield


def a_class(**changed: Any) -> ClassOut:
    return convert(samples.CLASS | changed, ClassOut)


def read(*classes: DatedClass) -> list[Component]:
    """The events of the file as a calendar program reads them."""
    return list(Calendar.from_ical(write_calendar(classes, SITE, NOW)).walk("VEVENT"))


def test_a_class_is_its_days_and_the_end_of_its_last_in_the_colleges_zone() -> None:
    days, end = read(DatedClass(a_class(version=3)))
    assert days["UID"] == "c1@biyong.example"
    assert days.decoded("DTSTART") == datetime.date(2026, 12, 1)
    assert days.decoded("DTEND") == datetime.date(2027, 1, 1)
    assert (days["SEQUENCE"], days["STATUS"]) == (3, "CONFIRMED")
    assert end["UID"] == "c1.deadline@biyong.example"
    assert end["DTSTART"].params["TZID"] == "Asia/Shanghai"
    assert end.decoded("DTEND").isoformat() == "2026-12-31T23:59:00+08:00"
    written = write_calendar([DatedClass(a_class())], SITE, NOW)
    assert b"BEGIN:VTIMEZONE\r\nTZID:Asia/Shanghai" in written
    assert all(len(line) <= 75 for line in written.split(b"\r\n"))


def test_moved_dates_come_under_the_same_uid_and_a_higher_sequence() -> None:
    [before, _] = read(DatedClass(a_class(version=1)))
    [after, _] = read(DatedClass(a_class(version=2, starts_on="2026-12-05")))
    assert after["UID"] == before["UID"]
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert after.decoded("DTSTART") == datetime.date(2026, 12, 5)


def test_a_cancelled_class_is_struck_out_with_its_reason() -> None:
    off = a_class(state="cancelled", version=4, reason="停电\r\nX-EVIL:1")
    events = read(DatedClass(off))
    assert [event["STATUS"] for event in events] == ["CANCELLED"] * 2
    assert all("停电" in event["DESCRIPTION"] for event in events)
    assert not any("X-EVIL" in event for event in events)


def test_who_waits_reads_so() -> None:
    [days, _] = read(DatedClass(a_class(), is_waiting=True))
    assert (days["STATUS"], days["DESCRIPTION"]) == ("TENTATIVE", "还在候补")


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_title_or_place_stays_one_text_of_one_event(text: str) -> None:
    events = read(DatedClass(a_class(title=text, point=text)))
    assert len(events) == 2
    assert not any("ATTACH" in event for event in events)
    plain = "".join(" " if ord(sign) < 32 else sign for sign in text)
    shown = str(events[0]["SUMMARY"])
    assert shown.split() == plain.replace("\u0085", " ").split()


def test_a_month_counts_its_dates_by_day_and_the_list_begins_today() -> None:
    classes = [
        DatedClass(a_class(starts_on="2026-12-05")),
        DatedClass(a_class(id="c2", starts_on="2026-11-01", ends_on="2026-12-05")),
    ]
    month = view_calendar(classes, "month", TODAY, TODAY)
    cells = [cell for week in month.weeks for cell in week]
    assert len(cells) % 7 == 0
    assert {c.number: c.dates for c in cells if c.dates} == {5: 2, 31: 1}
    assert [cell.number for cell in cells if cell.is_today] == [1]
    listed = view_calendar(classes, "list", TODAY, TODAY)
    assert [group.anchor for group in listed.groups] == ["d-2026-12-05", "d-2026-12-31"]
    assert listed.weeks == []


@pytest.mark.parametrize("written", ["", "2026-13", "1999-01", "2026-1", "x" * 999])
def test_a_month_that_is_none_is_this_one(written: str) -> None:
    assert month_asked(written, TODAY) == datetime.date(2026, 12, 1)


def test_the_century_ends_without_a_way_on() -> None:
    last = view_calendar([], "month", datetime.date(2099, 12, 1), TODAY)
    first = view_calendar([], "month", datetime.date(2000, 1, 1), TODAY)
    assert (last.after, first.before) == ("", "")
    assert last.has_classes is False


@dataclass
class Addresses:
    """One account's address in memory."""

    reader: Account | None = None
    tokens: list[str] = field(default_factory=list)

    def has_address(self, account_id: str) -> bool:
        return bool(self.tokens)

    def replace_token(self, account: Account) -> str:
        self.reader, self.tokens = account, ["t" * 43]
        return self.tokens[0]

    def delete_address(self, account_id: str) -> None:
        self.tokens = []

    def get_reader(self, token: str, address: str) -> Account | None:
        return self.reader if token in self.tokens else None


def shown(*roles: str, addresses: Addresses | None = None) -> Scene:
    """The calendar before somebody with these roles."""
    stored = cast(CalendarAddresses, addresses or Addresses())
    pages = CalendarPages(stored, lambda visitor: visitor, SITE, lambda: NOW)
    made = scene(pages, *roles)
    made.services["catalog"].answers = {"/classes": samples.page_of(samples.CLASS)}
    made.services["enrollment"].answers = {"/enrolments": [samples.SEATED]}
    return made


OWNER = Account("a", "a", "李明", (TRAINEE,), person_id="p", is_taken_up=True)


def test_a_trainee_sees_own_dates_and_nobody_elses() -> None:
    answer = shown(TRAINEE).get("/calendar")
    assert answer.status_code == 200
    assert 'href="#d-2026-12-31"' in answer.text
    nothing = shown(TRAINEE)
    nothing.services["enrollment"].answers = {"/enrolments": []}
    assert "c1" not in nothing.get("/calendar").text


@pytest.mark.parametrize("role", [OFFICER, STAFF])
def test_officers_and_staff_see_the_classes_there_are(role: str) -> None:
    made = shown(role)
    assert "协商一班" in made.get("/calendar").text
    assert "/enrolments" not in made.services["enrollment"].asked


def test_who_left_sees_no_dates_but_of_a_class_that_was_cancelled() -> None:
    left = samples.SEATED | {"state": "withdrawn"}
    for cause, is_shown in (("", False), ("class-cancelled", True)):
        made = shown(TRAINEE)
        off = samples.CLASS | {"state": "cancelled", "reason": "停电"}
        made.services["catalog"].answers = {"/classes": samples.page_of(off)}
        made.services["enrollment"].answers = {"/enrolments": [left | {"cause": cause}]}
        assert ("协商一班" in made.get("/calendar").text) is is_shown


def test_an_away_service_is_named_on_the_page_and_refuses_the_file() -> None:
    addresses = Addresses(OWNER, ["secret"])
    made = shown(TRAINEE, addresses=addresses)
    made.services["enrollment"].answers = {
        "/enrolments": Problem(503, "service-away", "")
    }
    assert made.get("/calendar").status_code == 200
    assert made.get("/calendar/secret.ics").status_code == 503


def test_the_address_is_shown_once_replaced_and_turned_off() -> None:
    addresses = Addresses()
    made = shown(TRAINEE, addresses=addresses)
    made_once = made.client.post("/calendar/address", headers={"Accept": "text/html"})
    assert f"{SITE}/calendar/{'t' * 43}.ics" in made_once.text
    assert "no-store" in made_once.headers["Cache-Control"]
    assert "t" * 43 not in made.get("/calendar").text
    made.client.post("/calendar/address/removal")
    assert not addresses.tokens


def test_the_file_needs_no_session_and_speaks_for_its_owner_alone() -> None:
    made = shown(addresses=Addresses(OWNER, ["secret"]))
    answer = made.client.get("/calendar/secret.ics")
    assert answer.status_code == 200
    assert answer.content_type.startswith("text/calendar")
    assert len(list(Calendar.from_ical(answer.data).walk("VEVENT"))) == 2
    assert made.client.get("/calendar/other.ics").status_code == 404


@pytest.mark.parametrize("roles", [(), ("operator",)])
def test_an_account_without_a_calendar_has_no_file(roles: tuple[str, ...]) -> None:
    reader = replace(OWNER, roles=roles)
    made = shown(addresses=Addresses(reader, ["secret"]))
    assert made.client.get("/calendar/secret.ics").status_code == 404
