"""Scripts that want hours without watching, against the platform as it runs."""

import time
from collections.abc import Callable
from typing import Any

import pytest
import urllib3
from biyong.door import Door, Refused
from biyong.upload import upload_lecture

from tests.platform import chain, rosters
from tests.platform.running import Platform, until

LECTURES, SECONDS = 4, 12
FASTEST = 2.0
ROUNDS = 12
"""Turns of an attack, over some seconds; in each a whole lecture is claimed."""
Ticket = dict[str, Any]


class Attacker:
    """A person with a seat, who has signed in as often as liked, and a script."""

    def __init__(self, door: Door, lectures: list[str]) -> None:
        self.doors, self.lectures = [door], lectures
        self.began = 0.0

    def sign_in_again(self) -> None:
        """A second session of the same person."""
        login = self.doors[0].call("GET", "/api/session", dict[str, Any])["login"]
        door = Door(self.doors[0].url)
        door.sign_in(login, chain.PASSWORD)
        self.doors.append(door)

    def grants(self, door: Door) -> list[Ticket]:
        return [chain.grant(door, lecture) for lecture in self.lectures]

    def start(self, door: Door, ticket: Ticket, player: str) -> None:
        self.began = self.began or time.monotonic()
        body = {"token": ticket["token"], "player": player, "take_over": True}
        chain.call(door, ticket, "starts", body)

    def claim(self, door: Door, ticket: Ticket, player: str, **more: Any) -> Ticket:
        """Claim the whole lecture."""
        body = {
            "token": ticket["token"], "player": player, "start": 0.0,
            "end": ticket["seconds"], "speed": FASTEST,
        }  # fmt: skip
        return chain.call(door, ticket, "reports", body | more)

    def credited(self) -> float:
        """Seconds of all lectures together."""
        return sum(
            float(ticket["watch"]["watched"]) for ticket in self.grants(self.doors[0])
        )

    def passed(self) -> float:
        """Seconds since the first start was sent."""
        return time.monotonic() - self.began


@pytest.fixture(scope="module")
def lectures(platform: Platform, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    file = chain.small_lecture(tmp_path_factory.mktemp("attack") / "a.mp4", SECONDS)
    staff = platform.door("jiaowu")
    return [
        upload_lecture(staff, file, f"第 {at} 讲", lambda _: None)
        for at in range(LECTURES)
    ]


@pytest.fixture(scope="module")
def seats(platform: Platform, lectures: list[str]) -> Callable[[str], Door]:
    """Makes a trainee with a seat for all lectures, by a name."""
    staff = platform.door("jiaowu")
    lessons = [
        {"lesson_id": f"l{at}", "title": f"第 {at} 讲", "lecture_id": lecture}
        for at, lecture in enumerate(lectures)
    ]
    body = {"title": "可攻之课", "module": "labour-relations", "lessons": lessons}
    course = staff.call("POST", "/api/catalog/courses", dict[str, Any], body)["id"]
    staff.call("POST", f"/api/catalog/courses/{course}/publication", dict)
    class_id = rosters.open_class(staff, course, 50, "可攻之班")

    def seated(name: str) -> Door:
        officer, mail = platform.door("shi"), f"{name}@biyong.example"
        [row] = rosters.rows(1, class_id)
        rosters.put(officer, f"attack.{name}", [{**row, "email": mail}])
        until(lambda: rosters.receipt(officer, f"attack.{name}"), 30)
        return chain.take_up_invitation(platform, mail)

    return seated


@pytest.fixture
def attacker(
    request: pytest.FixtureRequest, seats: Callable[[str], Door], lectures: list[str]
) -> Attacker:
    name = request.node.name.removeprefix("test_")[:24].replace("_", "-")
    return Attacker(seats(name.rstrip("-")), lectures)


def test_no_bytes_no_seconds(attacker: Attacker) -> None:
    [door] = attacker.doors
    tickets = attacker.grants(door)
    for turn in range(ROUNDS):
        ticket = tickets[turn % LECTURES]
        attacker.start(door, ticket, "script")
        judged = attacker.claim(door, ticket, "script")
        assert (judged["earned"], judged["reason"]) == (0, "not-fetched")
        time.sleep(0.25)
    assert attacker.credited() == 0


def test_heads_and_pieces_are_no_bytes(attacker: Attacker) -> None:
    [door] = attacker.doors
    ticket = attacker.grants(door)[0]
    attacker.start(door, ticket, "script")
    headers = {"Authorization": f"Bearer {door.token}"}
    for number in range(2):
        address = f"{door.url}{ticket['prefix']}/audio_{number:05d}.m4s"
        assert urllib3.request("HEAD", address, headers=headers).status == 200
        part = headers | {"Range": "bytes=0-100"}
        assert urllib3.request("GET", address, headers=part).status == 206
    time.sleep(2)  # longer than what was handed out needs to be known
    assert attacker.claim(door, ticket, "script")["earned"] == 0


def test_many_lectures_share_the_time_that_passes(attacker: Attacker) -> None:
    [door] = attacker.doors
    tickets = attacker.grants(door)
    for ticket in tickets:
        chain.fetch_segments(door, ticket)
    for turn in range(ROUNDS):
        ticket = tickets[turn % LECTURES]
        attacker.start(door, ticket, "script")
        attacker.claim(door, ticket, "script")
        time.sleep(0.25)
    assert 0 < attacker.credited() <= FASTEST * attacker.passed() + 0.1


def test_many_devices_and_sign_ins_share_it_too(attacker: Attacker) -> None:
    attacker.sign_in_again()
    granted = [(door, attacker.grants(door)) for door in attacker.doors]
    for door, tickets in granted:
        for ticket in tickets:
            chain.fetch_segments(door, ticket)
    for turn in range(ROUNDS):
        for at, (door, tickets) in enumerate(granted):
            ticket = tickets[turn % LECTURES]
            attacker.start(door, ticket, f"device{at}")
            attacker.claim(door, ticket, f"device{at}")
            attacker.claim(door, ticket, f"late{turn}", ago=3600.0)
        time.sleep(0.25)
    assert 0 < attacker.credited() <= FASTEST * attacker.passed() + 0.1


def test_gathered_reports_earn_nothing_again_nor_for_another(
    attacker: Attacker, seats: Callable[[str], Door]
) -> None:
    [door] = attacker.doors
    ticket = attacker.grants(door)[0]
    chain.watch_to_the_end(door, ticket)
    watched = attacker.credited()
    for _ in range(5):
        judged = attacker.claim(door, ticket, "testplayer")
        assert (judged["earned"], judged["reason"]) == (0, "already-watched")
    assert attacker.credited() == watched
    with pytest.raises(Refused) as refused:
        attacker.claim(seats("stranger"), ticket, "testplayer")
    assert (refused.value.status, refused.value.slug) == (403, "stream-refused")


def test_a_stream_is_not_lent_and_ends_with_its_session(
    attacker: Attacker, seats: Callable[[str], Door]
) -> None:
    [door] = attacker.doors
    ticket = attacker.grants(door)[0]
    borrower = seats("borrower")
    assert _status(door, ticket["playlist"]) == 200
    assert _status(borrower, ticket["playlist"]) == 403
    attacker.doors[0].call("DELETE", "/api/session", dict)
    assert _status(door, ticket["playlist"]) == 401


def _status(door: Door, path: str) -> int:
    headers = {"Authorization": f"Bearer {door.token}"}
    return int(urllib3.request("GET", door.url + path, headers=headers).status)
