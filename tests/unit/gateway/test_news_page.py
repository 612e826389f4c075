"""What is new in a branch: its feed in words, and what waits for its officers."""

from typing import Any

import pytest
from chassis.http.problem import Problem
from gateway.identity.account import OFFICER, STAFF
from gateway.identity.news_places import NewsPlaces
from gateway.pages.officer.news import NewsPages

from tests.unit.gateway import samples
from tests.unit.gateway.scene import Scene, scene

FEED = "/branches/dongcheng/feed"
WANG = {
    "person_id": "p1", "record_id": "p1", "name": "王小明", "memberships": [],
}  # fmt: skip
NO_SEATS = {
    "class_id": "c1", "branch_id": "dongcheng", "capacity": 40, "taken": 40,
    "seated": 38, "waiting": 3, "free": 0, "closed": False, "quotas": [],
}  # fmt: skip
ASKED = {
    "id": "c1.p.1", "class_id": "c1", "branch_id": "dongcheng",
    "branch_name": "东城区总工会", "state": "pending", "why": "", "reason": "",
    "asked": "2026-11-28T10:00:00+00:00", "decided": None, "person_id": "p",
    "name": "王小明", "member_no": "M-1", "seat": "",
}  # fmt: skip
AWAY = Problem(503, "service-away", "")


class Places(NewsPlaces):
    """Numbers without a database."""

    def __init__(self) -> None:
        self.numbers: dict[tuple[str, str], int] = {}

    def get_number(self, account_id: str, branch_id: str) -> int:
        return self.numbers.get((account_id, branch_id), 0)

    def put_number(self, account_id: str, branch_id: str, number: int) -> None:
        self.numbers[account_id, branch_id] = number


def entry(number: int, what: str = "enrollment.seat.promoted.v1", **data: Any) -> Any:
    return {
        "number": number, "id": f"e{number}", "type": what,
        "timestamp": "2026-11-30T08:00:00Z", "branch_id": "dongcheng",
        "member_no": f"M-{number}", "data": {"class_id": "c1"} | data,
    }  # fmt: skip


def news_of(*entries: Any, places: NewsPlaces | None = None, **others: Any) -> Scene:
    """The page over a feed of these entries, numbered from 1; answers as given."""

    def read(query: dict[str, Any]) -> dict[str, Any]:
        after, limit = int(query.get("after", 0)), int(query.get("limit", 100))
        found = [one for one in entries if one["number"] > after][:limit]
        return {
            "items": found, "first": 1 if entries else 0, "last": len(entries),
            "next": found[-1]["number"] if found else after,
        }  # fmt: skip

    shown = scene(NewsPages(places or Places()), OFFICER)
    shown.services["catalog"].answers = {
        "/classes": {"items": [samples.CLASS], "next": ""}
    }
    shown.services["enrollment"].answers = {
        FEED: read,
        "/people/named": [WANG],
        "/requests": {"items": [], "next": ""},
        "/seats/own": [],
        "/branches": {"items": [], "next": ""},
    } | {f"/{name.replace('_', '/')}": answer for name, answer in others.items()}
    return shown


def read(shown: Scene, path: str = "/news") -> str:
    answer = shown.client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_who_moved_up_is_named_with_the_class() -> None:
    text = read(news_of(entry(1, person_id="p1")))
    assert "候补转为录取" in text
    assert 'href="/people/p1">王小明' in text
    assert samples.CLASS["title"] in text


def test_what_is_of_one_kind_in_one_class_is_one_line() -> None:
    entries = [entry(n, person_id=f"x{n}") for n in range(1, 9)]
    entries[4] = entry(5, "learning.course.completed.v1", title="工会法", class_id="")
    text = read(news_of(*entries))
    assert text.count("候补转为录取") == 1
    assert "和另外 4 人" in text
    assert "M-8" in text
    assert "工会法" in text


def test_people_who_are_not_named_are_counted_each() -> None:
    gone = [entry(n, person_id=f"x{n}") | {"member_no": ""} for n in range(1, 6)]
    assert "和另外 2 人" in read(news_of(*gone))


def test_a_line_names_the_branch_below_if_it_is_about_one() -> None:
    below = entry(1) | {"branch_id": "jianguomen"}
    named = {
        "items": [{"id": "jianguomen", "name": "建国门街道", "parent": "dongcheng"}]
    }
    assert "建国门街道" in read(news_of(below, branches=named | {"next": ""}))
    both = news_of(below, entry(2), branches=named | {"next": ""})
    assert "建国门街道" not in read(both)


def test_whom_the_branch_has_no_longer_is_a_number_without_a_link() -> None:
    text = read(news_of(entry(1, person_id="gone")))
    assert "M-1" in text
    assert "/people/gone" not in text


def test_answers_to_own_rosters_are_left_to_their_pages() -> None:
    text = read(news_of(entry(1, "enrollment.receipt.issued.v1")))
    assert "还没有动态" in text


def test_what_lies_behind_many_answers_is_found() -> None:
    answers = [entry(n, "enrollment.receipt.issued.v1") for n in range(2, 400)]
    assert "王小明" in read(news_of(entry(1, person_id="p1"), *answers))


def test_behind_more_answers_than_a_page_reads_there_is_a_way_on() -> None:
    answers = [entry(n, "enrollment.receipt.issued.v1") for n in range(2, 702)]
    made = news_of(entry(1, person_id="p1"), *answers)
    text = read(made)
    assert "还没有动态" not in text
    assert "/news?before=202" in text
    assert "王小明" in read(made, "/news?before=202")


def test_the_newest_comes_first_and_older_ones_are_a_page_away() -> None:
    made = news_of(*(entry(n, person_id="p1", class_id=f"c{n}") for n in range(1, 250)))
    text = read(made)
    assert text.index("/classes/c249/people") < text.index("/classes/c150/people")
    assert "/classes/c149/people" not in text
    older = read(made, "/news?before=150")
    assert "/classes/c149/people" in older
    assert "/news?before=50" in older
    assert "更早的" not in read(made, "/news?before=50")


@pytest.mark.parametrize("before", ["-1", "x", "9" * 40, "１２", ""])
def test_a_place_that_is_none_shows_the_newest(before: str) -> None:
    assert "王小明" in read(news_of(entry(1, person_id="p1")), f"/news?before={before}")


def test_what_was_not_looked_at_is_new_until_it_is_said() -> None:
    places = Places()
    made = news_of(entry(1, person_id="p1"), places=places)
    assert 'class="fresh"' in read(made)
    assert made.client.post("/news/seen", data={"last": "1"}).status_code == 303
    assert 'class="fresh"' not in read(made)
    assert "都看过了" not in read(made)


def test_what_came_after_the_page_was_shown_stays_new() -> None:
    places = Places()
    made = news_of(entry(1, person_id="p1"), entry(2, person_id="p1"), places=places)
    made.client.post("/news/seen", data={"last": "1"})
    assert 'class="fresh"' in read(made)


def test_requests_and_classes_with_own_people_waiting_stand_above() -> None:
    made = news_of(requests={"items": [ASKED, ASKED], "next": ""})
    made.services["enrollment"].answers["/seats/own"] = [NO_SEATS]
    text = read(made)
    assert "2 份入班申请" in text
    assert "本单位 3 人候补" in text


@pytest.mark.parametrize("away", ["requests", "seats_own", "people_named"])
def test_a_part_that_is_away_is_said_and_leaves_the_rest(away: str) -> None:
    text = read(news_of(entry(1, person_id="p1"), **{away: AWAY}))
    assert "候补转为录取" in text
    assert 'class="away"' in text


def test_it_is_for_officers_alone() -> None:
    made = scene(NewsPages(Places()), STAFF)
    assert made.client.get("/news").status_code == 403
