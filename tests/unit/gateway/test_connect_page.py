"""All that a branch's programmer has to know stands on one page, in both languages."""

import importlib.metadata
import re
from html import unescape
from pathlib import Path

import pytest
from chassis.broker import topology
from contracts.fields import Field, find_fields
from enrollment.domain import branch_message, change_row, roster, sandbox
from enrollment.domain.refused_message import WHAT_TO_DO
from enrollment.events import roster_consumer
from enrollment.usecases import receive_message
from flask.testing import FlaskClient
from gateway.connect import limits
from gateway.connect.programs import PACKED, PROGRAMS, Program, load_files, pack_files
from gateway.pages.public.connect import (
    CHANGES,
    MORE_SECTIONS,
    SECTIONS,
    SENT,
    ConnectPages,
)
from gateway.texts import load_translations
from gateway.texts.change_reasons import CHANGE_REASONS
from gateway.texts.connect import (
    CHANGE_ACTIONS,
    FIELD_MEANINGS,
    SANDBOX_CLASSES,
    SENT_REFUSALS,
)
from gateway.texts.rosters import REASONS, ROW_NOTES

import contracts
from tests.unit.gateway.nobody import shown_to_nobody

DOCS = Path(__file__).parents[3] / "docs" / "connect"
PACKAGE = Path(__file__).parents[3] / "gateway" / "src" / "gateway" / "connect"
MIB = 1024 * 1024
MORE = "/connect/more"
FIELDS = list(find_fields(contracts.schema_of(SENT)))
LANGUAGES = pytest.mark.parametrize("language", ["zh", "en"])


@pytest.fixture
def client() -> FlaskClient:
    return shown_to_nobody(ConnectPages())


def shown(client: FlaskClient, language: str = "zh", path: str = "/connect") -> str:
    """The page in a language, as it is read."""
    answer = client.get(path, headers={"Accept-Language": language})
    assert answer.status_code == 200
    return unescape(answer.text)


@LANGUAGES
def test_every_code_stands_there_with_what_to_do(
    client: FlaskClient, language: str
) -> None:
    page = shown(client, language)
    english = load_translations(language)
    for code, text in (*SENT_REFUSALS.items(), *REASONS.items(), *ROW_NOTES.items()):
        meaning = english.ugettext(text)
        assert f"<td><code>{code}</code></td><td>{meaning}</td>" in page
        assert language == "zh" or meaning != text


@LANGUAGES
def test_every_change_stands_there_with_its_fields_and_reasons(
    client: FlaskClient, language: str
) -> None:
    page = shown(client, language, MORE)
    known = {field.path for field in find_fields(contracts.schema_of(CHANGES))}
    assert {change.action for change in CHANGE_ACTIONS} == set(change_row.ACTIONS)
    for change in CHANGE_ACTIONS:
        fields = {*change.needs, *change.may_have}
        assert {f"rows[].{name}" for name in fields} <= known
        assert f"<td><code>{change.action}</code></td>" in page
        assert load_translations(language).ugettext(change.meaning) in page
    for code, text in CHANGE_REASONS.items():
        meaning = load_translations(language).ugettext(text)
        assert f"<td><code>{code}</code></td><td>{meaning}</td>" in page


def test_what_the_sandbox_answers_is_what_the_page_says(client: FlaskClient) -> None:
    page = shown(client, path=MORE)
    for class_id, of_roster, of_changes in SANDBOX_CLASSES:
        row = roster.Row(1, "甲", "M1", "13800000000", class_id)
        withdrawal = change_row.ChangeRow(
            1, change_row.WITHDRAW, class_id=class_id, member_no="M1"
        )
        tried = sandbox.decide_row(row, class_id, ())
        assert f"{tried.outcome} {tried.reason}".strip() == of_roster
        changed = sandbox.decide_change(withdrawal)
        said = f"{changed.outcome} {changed.reason}".strip()
        assert of_changes.partition(";")[0] == said
        assert f"<td><code>{class_id}</code></td>" in page


def test_the_reasons_of_rows_are_those_of_enrolment() -> None:
    assert REASONS.keys() == roster.WHAT_TO_DO.keys()


def test_the_codes_of_refused_messages_are_those_of_enrolment() -> None:
    assert SENT_REFUSALS.keys() == WHAT_TO_DO.keys()


@LANGUAGES
@pytest.mark.parametrize("field", FIELDS, ids=lambda field: str(field.path))
def test_every_field_stands_there_with_its_limit_and_its_meaning(
    client: FlaskClient, language: str, field: Field
) -> None:
    page = shown(client, language)
    [row] = re.findall(
        rf"<td><code>{re.escape(field.path)}</code></td>.*?</tr>", page, re.S
    )
    assert load_translations(language).ugettext(FIELD_MEANINGS[field.path]) in row
    assert field.most is None or f"{field.most:,}" in row
    assert field.pattern in row
    optional = load_translations(language).ugettext("可选")
    assert (f"<small>{optional}</small>" in row) == (not field.required)


def test_no_field_is_explained_that_is_not_there() -> None:
    assert {field.path for field in FIELDS} == FIELD_MEANINGS.keys()


def test_every_limit_is_the_one_that_decides() -> None:
    assert limits.ROWS_OF_CHUNK == roster.MOST_ROWS
    assert limits.LARGEST_ROW_NUMBER == branch_message.LARGEST_ROW_NUMBER
    assert limits.MESSAGE_MIB * MIB == branch_message.LARGEST
    assert limits.MESSAGES_OF_BATCH == branch_message.MOST_OF_BATCH
    assert limits.UNDECIDED_ROWS == receive_message.MOST_WAITING
    assert limits.RECEIPTS_WAITING == topology.MOST_RECEIPTS
    assert limits.RECEIPT_MIB * MIB == topology.MOST_RECEIPT_BYTES
    assert limits.RECEIPT_DAYS == topology.RECEIPT_DAYS


@LANGUAGES
def test_every_heading_is_reached_from_the_contents(
    client: FlaskClient, language: str
) -> None:
    page, more = shown(client, language), shown(client, language, MORE)
    for id_, _ in SECTIONS:
        assert page.count(f'<h2 id="{id_}">') == 1
        assert f'<li><a href="#{id_}">' in page
    for id_, _ in MORE_SECTIONS:
        assert f'<li><a href="{MORE}#{id_}">' in page
        assert more.count(f'<h2 id="{id_}">') == 1
        assert f'<li><a href="#{id_}">' in more


def test_the_addresses_at_the_broker_are_those_of_the_consumer(
    client: FlaskClient,
) -> None:
    page = shown(client)
    assert f"<code>{roster_consumer.EXCHANGE}</code>" in page
    key = f"{roster_consumer.ACCOUNT}ID{roster_consumer.ROSTER}"
    assert f"<code>{key}</code>" in page
    assert f"<code>{topology.receipts_queue('ID')}</code>" in page


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: str(program.language))
def test_a_program_is_shown_and_handed_out_as_it_lies_in_docs(
    client: FlaskClient, program: Program
) -> None:
    assert f'href="/connect/programs/{program.language}"' in shown(client)
    page = unescape(client.get(f"/connect/programs/{program.language}").text)
    for path in program.paths:
        text = (DOCS / path).read_text("utf-8")
        assert text in page
        assert client.get(f"/connect/files/{path}").text == text


def test_the_packed_files_are_those_of_docs() -> None:
    packed = (PACKAGE / PACKED).read_text("utf-8")
    assert packed == pack_files(DOCS), "run `make docs`"


def test_nothing_but_these_files_is_handed_out(client: FlaskClient) -> None:
    for path in ("go/none.go", "../settings.py", "%2e%2e/settings.py", "python"):
        assert client.get(f"/connect/files/{path}").status_code == 404
    assert client.get("/connect/programs/cobol").status_code == 404


@pytest.mark.parametrize("path", [*load_files(), "asyncapi.json", "openapi.json"])
def test_no_program_or_document_names_a_host_but_those_of_examples(path: str) -> None:
    text = (DOCS / path).read_text("utf-8")
    hosts = set(re.findall(r"https?://([A-Za-z0-9.{}-]+)", text))
    assert hosts <= {"HOST", "{host}", "maven.apache.org", "biyong.example"}


def test_python_is_pinned_to_what_our_tests_run() -> None:
    pinned = (DOCS / "python" / "requirements.txt").read_text("utf-8").strip()
    assert pinned == f"pika=={importlib.metadata.version('pika')}"
