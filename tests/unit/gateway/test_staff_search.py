"""One box over everything that staff look for."""

from typing import Any

import pytest
from chassis.http.problem import Problem
from contracts.http.traces import TracesIn
from gateway.pages.staff.search import StaffSearchPages

from tests.unit.gateway.samples import CERTIFICATE, CLASS, DRAFT, page_of
from tests.unit.gateway.scene import Scene, scene

PATH = "/staff/search"
NUMBER = str(CERTIFICATE["number"])
PERSON = {
    "person_id": "p1", "name": "王••", "phone": "138****0001",
    "branches": ["东城区总工会"], "enrolments": [],
}  # fmt: skip
ROSTER = {
    "branch_id": "dongcheng", "branch": "东城区总工会", "roster_id": "r1",
    "name": "三月名册", "received": 1e9, "dry_run": False, "state": "decided",
    "rows": 12, "chunks": 1, "chunk_ids": [],
}  # fmt: skip
NOTHING = {"people": [], "rosters": [], "has_more": False}
DRAFTS = page_of(DRAFT) | {"counts": {}}
AWAY = Problem(503, "service-away", "It does not answer.")
GROUPS = ("people", "rosters", "classes", "courses", "certificates")


def office(**answers: Any) -> Scene:
    seen = scene(StaffSearchPages(), "staff")
    traces = {"people": [PERSON], "rosters": [ROSTER], "has_more": False}
    seen.services["enrollment"].answers["/traces"] = traces
    seen.services["catalog"].answers |= {
        "/classes": lambda query: page_of(*([] if query.get("state") else [CLASS])),
        "/drafts": DRAFTS,
    }
    issued = page_of(CERTIFICATE | {"person_id": "p1"})
    seen.services["learning"].answers["/certificates/issued"] = issued
    for service, given in answers.items():
        seen.services[service].answers |= given
    return seen


def find(seen: Scene, words: str) -> tuple[int, str, list[str]]:
    """Status, page, and the groups that are on it."""
    answered = seen.client.post(PATH, data={"words": words})
    page = str(answered.get_data(as_text=True))
    shown = [one for one in GROUPS if f'aria-labelledby="{one}"' in page]
    return answered.status_code, page, shown


def test_each_kind_is_a_group_and_leads_to_its_page() -> None:
    status, page, shown = find(office(), NUMBER.lower())
    assert (status, shown) == (200, list(GROUPS))
    for path in (
        "/people/p1", "/branches/dongcheng", "/staff/classes/c1", "/staff/courses/k1",
        f"/staff/certificates/{NUMBER}",
    ):  # fmt: skip
        assert f'href="{path}"' in page


def test_kinds_of_which_nothing_is_there_are_left_out() -> None:
    seen = office(enrollment={"/traces": NOTHING}, catalog={"/drafts": DRAFTS})
    assert find(seen, "协商")[2] == ["classes", "courses"]


def test_nothing_at_all_says_so() -> None:
    seen = office(
        enrollment={"/traces": NOTHING},
        catalog={"/classes": page_of(), "/drafts": page_of() | {"counts": {}}},
    )
    status, page, shown = find(seen, "没有")
    assert (status, shown) == (200, [])
    assert 'class="empty soft"' in page


@pytest.mark.parametrize(
    "phone", ["13800000001", "１３８ 0000 0001", "+86 13800000001"]
)
def test_a_phone_is_asked_of_enrollment_alone_and_stands_in_no_address(
    phone: str,
) -> None:
    seen = office()
    _, _, shown = find(seen, phone)
    assert shown == ["people", "rosters"]
    assert seen.services["enrollment"].bodies == [TracesIn(words=phone)]
    assert seen.services["catalog"].asked == seen.services["learning"].asked == []


@pytest.mark.parametrize(
    ("service", "path", "group", "left"),
    [
        ("enrollment", "/traces", "people", [*GROUPS[:1], *GROUPS[2:]]),
        ("catalog", "/classes", "classes", list(GROUPS)),
        ("catalog", "/drafts", "courses", list(GROUPS)),
        ("learning", "/certificates/issued", "certificates", list(GROUPS)),
    ],
)  # fmt: skip
def test_a_part_that_is_away_is_said_in_its_place_and_the_rest_shown(
    service: str, path: str, group: str, left: list[str]
) -> None:
    status, page, shown = find(office(**{service: {path: AWAY}}), NUMBER)
    assert (status, shown) == (200, left)
    there = page.partition(f'aria-labelledby="{group}"')[2].partition("</section>")[0]
    assert "<li" not in there


@pytest.mark.parametrize(
    "words", ["<script>alert(1)</script>", "{{7*7}}", "' or 1=1 --", "$gt", "长" * 500]
)
def test_hostile_words_are_words(words: str) -> None:
    status, page, _ = find(office(), words)
    assert status == 200
    assert "<script>alert" not in page


@pytest.mark.parametrize("words", ["", "  ", "a\u202eb", "a\x00b", "a\u200bb"])
def test_nothing_and_what_hides_something_is_not_looked_for(words: str) -> None:
    seen = office()
    assert find(seen, words)[0] == 422
    assert seen.services["enrollment"].bodies == []


def test_what_was_found_is_kept_by_no_cache() -> None:
    answered = office().client.post(PATH, data={"words": "王"})
    assert "no-store" in answered.headers["Cache-Control"]


@pytest.mark.parametrize("role", ["officer", "trainee", "operator"])
def test_nobody_but_staff_searches_everything(role: str) -> None:
    seen = scene(StaffSearchPages(), role)
    assert seen.get(PATH).status_code == 403
    assert seen.client.post(PATH, data={"words": "王"}).status_code == 403
    assert seen.services["enrollment"].asked == []
