"""One box for whatever somebody quotes to an operator."""

from typing import Any

import pytest
from contracts.http.traces import TracesIn
from gateway.identity.account import OPERATOR
from gateway.pages.operator.searches import OperationSearchPages

from tests.unit import operators
from tests.unit.gateway.scene import Scene, scene
from tests.unit.gateway.test_operations_page import told

LANGUAGES = pytest.mark.parametrize("language", ["zh", "en"])
ERROR = "0af7651916cd43dd8448eb211c80319c"
ENROLMENT = "c1.p1.1"
NOTHING: dict[str, Any] = {"people": [], "rosters": [], "has_more": False}
PERSON = {
    "person_id": "p1", "name": "沈••", "phone": "139****0001", "branches": ["东城"],
    "enrolments": [
        {"enrolment_id": ENROLMENT, "class_id": "c1", "state": "seated", "chunk_id": ""}
    ],
}  # fmt: skip
ROSTER = {
    "branch_id": "bj", "branch": "北京", "roster_id": "r1", "name": "十一月.csv",
    "received": 1.0, "dry_run": True, "state": "decided", "rows": 3, "chunks": 1,
    "chunk_ids": ["bj/r1.1"],
}  # fmt: skip


@pytest.fixture(name="pages")
def _pages() -> Scene:
    made = scene(OperationSearchPages(), OPERATOR)
    for service in made.services.values():
        service.answers["/events/published"] = []
    found_by(made)
    return made


def found_by(pages: Scene, **found: Any) -> None:
    """Enrollment finds this, whatever it is asked."""
    pages.services["enrollment"].answers["/traces"] = {**NOTHING, **found}


def search(pages: Scene, words: str, language: str = "zh") -> Any:
    headers = {"Accept": "text/html", "Accept-Language": language}
    form = {"words": words}
    return pages.client.post("/operations/search", data=form, headers=headers)


def asked(pages: Scene) -> set[str]:
    return {path for service in pages.services.values() for path in service.asked}


@pytest.mark.parametrize(
    "words", [ERROR, ERROR.upper(), f"编号：{ERROR}。", f"  error {ERROR}, at noon"]
)
def test_the_id_of_an_error_leads_to_its_trace_however_it_is_quoted(
    pages: Scene, words: str
) -> None:
    answer = search(pages, words)
    assert (answer.status_code, answer.location) == (
        303,
        f"/operations/trace?id={ERROR}",
    )
    assert asked(pages) == set()


@pytest.mark.parametrize("words", ["13900000001", "139 0000 0001", "沈雪", "Ann Lee"])
def test_a_phone_and_a_name_are_sent_to_enrollment_alone_and_in_no_address(
    pages: Scene, words: str
) -> None:
    found_by(pages, people=[PERSON])
    answer = search(pages, words)
    assert answer.status_code == 200
    assert told(answer.text, "person") == ["p1"]
    assert f'href="/operations/trace?id={ENROLMENT}"' in answer.text
    assert pages.services["enrollment"].bodies == [TracesIn(words=words)]
    assert asked(pages) == {"/traces"}
    assert "no-store" in answer.headers["Cache-Control"]


@LANGUAGES
def test_a_roster_leads_to_the_traces_of_its_chunks(
    pages: Scene, language: str
) -> None:
    found_by(pages, rosters=[ROSTER], has_more=True)
    page = search(pages, "十一月.csv", language).text
    assert told(page, "roster") == ["r1"]
    assert 'href="/operations/trace?id=bj/r1.1"' in page
    assert "%(" not in page


def test_an_id_that_a_service_knows_leads_straight_to_its_trace(pages: Scene) -> None:
    entry = operators.published("c1.p1.1.0", 1)
    pages.services["learning"].answers["/events/published"] = [entry]
    assert search(pages, ENROLMENT).location == f"/operations/trace?id={ENROLMENT}"


def test_what_is_an_id_and_a_roster_is_left_to_the_operator(pages: Scene) -> None:
    entry = operators.published("demo.1", 1)
    pages.services["learning"].answers["/events/published"] = [entry]
    found_by(pages, rosters=[ROSTER])
    page = search(pages, "demo").text
    assert told(page, "roster") == ["r1"]
    assert 'href="/operations/trace?id=demo"' in page


@LANGUAGES
def test_that_nothing_was_found_is_said_only_where_all_answered(
    pages: Scene, language: str
) -> None:
    assert 'class="empty' in search(pages, "nobody", language).text
    pages.services["media"].hangs = True
    page = search(pages, "nobody", language).text
    assert 'class="empty' not in page
    assert told(page, "away") == ["media"]


def test_people_are_not_called_unknown_while_enrollment_hangs(pages: Scene) -> None:
    pages.services["enrollment"].hangs = True
    page = search(pages, "沈雪").text
    assert told(page, "away") == ["enrollment"]
    assert 'class="empty' not in page


@pytest.mark.parametrize("words", ["", "   "])
def test_nothing_is_looked_for_without_words(pages: Scene, words: str) -> None:
    assert search(pages, words).status_code == 422
    assert asked(pages) == set()


def test_the_page_alone_is_a_form(pages: Scene) -> None:
    assert pages.get("/operations/search").status_code == 200
    assert asked(pages) == set()
