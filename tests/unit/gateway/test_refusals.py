"""Refusals as pages: in the reader's language, whatever the reader wrote."""

from typing import Any

import pytest
from chassis.http.problem import OF_HTTP, REFUSED
from gateway.texts.refusals import REFUSALS

from tests.unit.gateway.gateway_app import Answer, a_gateway

PAGE = {"Accept": "text/html"}


@pytest.mark.parametrize(
    "said", ["100%25", "%25d", "%25(n)s", "%25%25", "%25(", "{{x}}"]
)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_page_that_quotes_what_was_written_takes_it_for_no_format(
    said: str, language: str
) -> None:
    gateway = a_gateway()
    for service in gateway.services.values():
        service.answer = Answer(409)
    told: dict[str, str] = PAGE | {"Accept_Language": language}
    for path, who in (
        (f"/courses/{said}", ""),
        (f"/classes/{said}", ""),
        (f"/learn/{said}/l1", "trainee"),
        (f"/learn/{said}/l1/making", "trainee"),
        (f"/rosters/{said}/x", "officer"),
        (f"/rosters/b/{said}/result.xlsx", "officer"),
        (f"/api/catalog/{said}", "officer"),
    ):
        assert gateway.get(path, who, **told).status_code == 409, path


@pytest.mark.parametrize(
    ("language", "said"), [("zh", "内容太大"), ("en", "too large")]
)
def test_what_is_too_large_is_told_in_the_readers_language(
    language: str, said: str
) -> None:
    gateway = a_gateway()
    told: dict[str, Any] = PAGE | {"Accept_Language": language}
    form = {"login": "x" * 100_000}
    page = gateway.open("POST", "/sign-in", data=form, **told)
    assert (page.status_code, said in page.text) == (413, True)
    roster = gateway.open("POST", "/rosters/new", "officer", b"x" * 10_000_000, **told)
    assert (roster.status_code, said in roster.text) == (413, True)
    script = gateway.open("POST", "/sign-in", data=form, Accept_Language=language)
    assert script.json["type"].endswith("/too-large")
    assert said in script.json["detail"]


def test_an_address_that_is_none_is_told_in_the_readers_language() -> None:
    told = a_gateway().get("/nosuch", Accept_Language="zh")
    assert told.json["detail"] == REFUSALS["not-found"]


def test_what_the_framework_refuses_has_words_of_ours() -> None:
    slugs = {slug for slug, _ in (*OF_HTTP.values(), REFUSED)}
    assert slugs <= set(REFUSALS)


def test_a_refusal_before_the_visitor_is_known_is_a_page_too() -> None:
    gateway = a_gateway()
    for path, host, status in (("/courses/a%2Fb", "localhost", 404), ("/", "x", 400)):
        answer = gateway.get(path, Host=host, **PAGE)
        assert answer.status_code == status
        assert answer.content_type == "text/html; charset=utf-8"


@pytest.mark.parametrize(
    "number", ["a" * 41, "a" * 3000, "abc", "课程编号", "a b c d", "a%0Ab", "x'onload="]
)
def test_a_qr_is_drawn_for_numbers_of_certificates_only(number: str) -> None:
    assert a_gateway().get(f"/verify/{number}/qr.svg").status_code == 404


def test_a_qr_of_a_number_leads_to_its_page() -> None:
    answer = a_gateway().get("/verify/BY-2026-AAAA-AAAA-AAAA/qr.svg")
    assert (answer.status_code, answer.content_type[:13]) == (200, "image/svg+xml")
