"""The API as pages: every operation, found by any word, for staff and operators."""

import json
import re

import jsonschema_rs
import pytest
from contracts.http.documents import DOCUMENTED, load_document
from contracts.http.schema_examples import build_example
from contracts.http.schema_fields import find_fields, find_meaning, name_kind
from gateway.pages.staff.api_docs import ApiDocPages, find_groups
from gateway.pages.staff.api_operations import find_operations
from gateway.texts import load_translations
from gateway.texts.roles import ROLES
from gateway.texts.services import SERVICES

from tests.unit.gateway.scene import scene

OPERATIONS = [one for service in DOCUMENTED for one in find_operations(service)]


def found(asked: str) -> set[str]:
    """The ids of the operations that a search finds."""
    groups = find_groups(DOCUMENTED, asked)
    return {one.id for group in groups for one in group.operations}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("service", DOCUMENTED)
def test_every_operation_of_a_service_stands_on_its_page(
    service: str, language: str
) -> None:
    page = scene(ApiDocPages(), "staff").get(f"/docs/{service}", language)
    assert page.status_code == 200
    ids = re.findall(r'<details class="sheet event" id="([^"]+)"', page.text)
    assert ids == [one.id for one in find_operations(service)]


def test_the_first_page_leads_to_every_operation_and_document() -> None:
    page = scene(ApiDocPages(), "operator").get("/docs").text
    for one in OPERATIONS:
        assert f"/docs/{one.service}?op={one.id}#{one.id}" in page
    assert all(f'href="/docs/{service}.json"' in page for service in DOCUMENTED)
    assert 'href="/docs/components"' in page


def test_the_operation_that_a_link_names_is_open() -> None:
    page = scene(ApiDocPages(), "staff").get("/docs/learning?op=records.show_hours")
    opened = re.findall(r'id="([^"]+)" open', page.text)
    assert opened == ["records.show_hours"]


@pytest.mark.parametrize(
    "asked", ["certificates revocation", "revoked_for", "教务 revocation", "staff POST"]
)
def test_an_operation_is_found_by_path_field_role_and_method(asked: str) -> None:
    assert "records.post_revocation" in found(asked)


def test_words_that_nothing_has_find_nothing_and_say_so() -> None:
    assert found("no-such-word") == set()
    before = scene(ApiDocPages(), "staff")
    for path in ("/docs", "/docs/catalog"):
        page = before.get(f"{path}?q=no-such-word")
        assert page.status_code == 200
        assert "/docs" in page.text


def test_what_only_services_may_call_is_no_address_of_the_gateway() -> None:
    inside = [one for one in OPERATIONS if one.services and not one.roles]
    assert inside
    assert not [one for one in inside if one.path.startswith("/api/")]
    assert not [one for one in inside if one.may_call(frozenset(ROLES))]


def test_the_roles_that_may_call_are_those_of_the_document() -> None:
    (one,) = [one for one in OPERATIONS if one.id == "records.post_revocation"]
    assert one.may_call(frozenset({"staff"}))
    assert not one.may_call(frozenset({"operator", "trainee"}))


def test_the_document_is_there_for_programs_and_an_unknown_one_is_not() -> None:
    before = scene(ApiDocPages(), "staff")
    assert json.loads(before.get("/docs/media.json").data) == load_document("media")
    assert before.get("/docs/nobody").status_code == 404
    assert before.get("/docs/nobody.json").status_code == 404


@pytest.mark.parametrize("roles", [("trainee",), ("officer",)])
def test_the_pages_are_for_staff_and_operators_alone(roles: tuple[str]) -> None:
    before = scene(ApiDocPages(), *roles)
    for path in ("/docs", "/docs/catalog", "/docs/catalog.json"):
        assert before.get(path).status_code == 403


@pytest.mark.parametrize("service", DOCUMENTED)
def test_an_example_is_what_its_schema_allows(service: str) -> None:
    schemas = load_document(service)["components"]["schemas"]
    for name, schema in schemas.items():
        whole = json.loads(
            json.dumps(schema | {"$defs": schemas}).replace(
                "#/components/schemas/", "#/$defs/"
            )
        )
        example = build_example(schema, schemas)
        faults = [*jsonschema_rs.Draft202012Validator(whole).iter_errors(example)]
        assert not faults, (name, example, faults)


def test_fields_inside_lists_stand_below_them_and_what_contains_itself_opens_once() -> (
    None
):
    tree = {
        "type": "object",
        "description": "A branch; `below` are those under it.",
        "required": ["name"],
        "properties": {
            "name": {"type": "string", "maxLength": 3},
            "below": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}},
        },
    }
    fields = find_fields({"$ref": "#/components/schemas/Tree"}, {"Tree": tree})
    assert [field.path for field in fields] == ["name", "below"]
    assert [field.required for field in fields] == [True, False]
    assert fields[0].kind == "string ≤ 3 chars"
    assert fields[1].kind == "Tree[]"
    listed = {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}}
    paths = [field.path for field in find_fields(listed, {"Tree": tree})]
    assert paths == ["[].name", "[].below"]


def test_a_field_means_what_the_sentences_that_name_it_say() -> None:
    about = "An upload. `state` is open\n or shut. Its `cause` is a code."
    assert find_meaning(about, "state") == "`state` is open or shut."
    assert find_meaning(about, "title") == ""


def test_kinds_are_said_in_a_few_words() -> None:
    assert name_kind({"enum": ["a", "b"]}) == "a / b"
    assert name_kind({"anyOf": [{"type": "integer"}, {"type": "null"}]}) == (
        "integer / null"
    )
    assert name_kind(
        {"type": "object", "additionalProperties": {"type": "string"}}
    ) == ("{…: string}")
    stretch = {"type": "array", "prefixItems": [{"type": "number"}] * 2}
    assert name_kind({"type": "array", "items": stretch}) == "(number, number)[][]"


def test_roles_and_services_have_their_text_in_both_languages() -> None:
    used = {role for one in OPERATIONS for role in one.roles}
    named = {name for one in OPERATIONS for name in (one.service, *one.services)}
    texts = [ROLES[role] for role in used] + [SERVICES[name] for name in named]
    assert all(load_translations("en").ugettext(text) != text for text in texts)
