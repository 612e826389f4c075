"""The catalogue of events as people see it: all of them, found by any word."""

import json
import re

import pytest
from flask.testing import FlaskClient
from gateway.pages.public.event_map import draw_map
from gateway.pages.public.events import EventPages
from gateway.texts import load_translations
from gateway.texts.event_titles import EVENTS
from gateway.texts.services import SERVICES

import contracts
from tests.unit.gateway.nobody import shown_to_nobody

TYPES = contracts.all_types()
TAKEN = "enrollment.seat.taken.v1"


@pytest.fixture
def client() -> FlaskClient:
    return shown_to_nobody(EventPages())


def found(client: FlaskClient, query: str, language: str = "zh") -> list[str]:
    """The types on the page for a query."""
    answer = client.get(f"/events?{query}", headers={"Accept-Language": language})
    assert answer.status_code == 200
    return re.findall(r'<details class="sheet event" id="([^"]+)"', answer.text)


def test_every_event_stands_there_with_every_field(client: FlaskClient) -> None:
    assert found(client, "") == list(TYPES)
    page = client.get("/events").text
    assert "<code>rows[].outcome</code>" in page
    assert "http://" not in page.replace("http://www.w3.org", "")


@pytest.mark.parametrize("type_", TYPES)
def test_every_event_and_service_has_its_text_in_both_languages(type_: str) -> None:
    names = {contracts.producer_of(type_), *contracts.consumers_of(type_)}
    for text in (EVENTS[type_], *(SERVICES[name] for name in names)):
        assert load_translations("en").ugettext(text) != text


@pytest.mark.parametrize("word", ["seat.taken", "录取", "A seat was TAKEN", "ticket"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_event_is_found_by_type_by_title_in_any_language_and_by_field(
    client: FlaskClient, word: str, language: str
) -> None:
    assert TAKEN in found(client, f"q={word}", language)


def test_an_event_is_found_by_who_says_and_who_hears_it(client: FlaskClient) -> None:
    heard = {t for t in TYPES if "media" in contracts.consumers_of(t)}
    assert set(found(client, "to=media")) == heard
    said = {t for t in heard if contracts.producer_of(t) == "catalog"}
    assert set(found(client, "from=catalog&to=media")) == said


def test_what_is_not_there_is_told_with_what_to_do(client: FlaskClient) -> None:
    assert found(client, "q=no-such-word") == []
    assert "看全部事件" in client.get("/events?q=no-such-word").text


def test_a_script_in_the_query_is_shown_as_text(client: FlaskClient) -> None:
    assert "<script>x" not in client.get("/events?q=<script>x&from=<script>x").text


def test_the_map_has_a_line_for_every_pair_that_talks_and_marks_those_meant() -> None:
    every = draw_map(TYPES)
    pairs = {
        (contracts.producer_of(t), h) for t in TYPES for h in contracts.consumers_of(t)
    }
    assert {(line.sayer, line.hearer) for line in every.lines} == pairs
    marked = {line.hearer for line in draw_map([TAKEN]).lines if line.meant}
    assert marked == contracts.consumers_of(TAKEN)


def test_the_asyncapi_document_is_there_for_machines(client: FlaskClient) -> None:
    said = json.loads(client.get("/events/asyncapi.json").text)
    assert said["asyncapi"] == "3.0.0"
    assert set(said["channels"]) == set(TYPES)
