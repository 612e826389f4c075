"""Every event has a schema, an example that fits, a sayer and hearers."""

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from chassis.events.envelope import from_bytes

import contracts

ROOT = Path(__file__).parents[2]
HOME = Path(contracts.__file__).parent
SERVICES = {path.name for path in (ROOT / "services").iterdir() if path.is_dir()}
HEARERS = SERVICES | {"gateway", contracts.BRANCH}
SAYERS = SERVICES | {contracts.BRANCH}
TYPES = contracts.all_types()
PERSONAL = ("phone", "id_number", "email", "password")


def names(schema: dict[str, Any]) -> set[str]:
    """Every property, however deep."""
    found = set(schema.get("properties", {}))
    for part in schema.get("properties", {}).values():
        found |= names(part)
    return found | (names(schema["items"]) if "items" in schema else set())


def test_there_are_events() -> None:
    assert len(TYPES) >= 20


@pytest.mark.parametrize("type_", TYPES)
def test_a_schema_is_valid_and_named_like_its_file(type_: str) -> None:
    schema = contracts.schema_of(type_)
    jsonschema_rs.meta.validate(schema)
    assert schema["$schema"].endswith("2020-12/schema")
    assert schema["title"] == type_
    assert schema["type"] == "object"
    assert schema["description"]


@pytest.mark.parametrize("type_", TYPES)
def test_a_type_is_service_subject_past_verb_version(type_: str) -> None:
    service, subject, verb, version = type_.split(".")
    assert service in SAYERS
    assert subject.isalpha()
    assert verb.isalpha()
    assert version[0] == "v"
    assert int(version[1:]) >= 1


@pytest.mark.parametrize("type_", TYPES)
def test_a_type_is_said_by_its_own_service_and_heard_by_ones_there_are(
    type_: str,
) -> None:
    assert contracts.producer_of(type_) == type_.split(".")[0]
    said = contracts.schema_of(type_)["x-consumed-by"]
    assert set(said) <= HEARERS
    assert len(said) == len(set(said))


@pytest.mark.parametrize("type_", TYPES)
def test_an_example_is_a_whole_event_that_fits(type_: str) -> None:
    example = contracts.example_of(type_)
    contracts.validator_of(type_).validate(example["data"])
    envelope = from_bytes(json.dumps(example).encode())
    assert envelope.type == type_
    if contracts.producer_of(type_) == contracts.BRANCH:
        assert envelope.source == f"/branches/{example['data']['branch_id']}"
    else:
        assert envelope.source == f"/biyong/{contracts.producer_of(type_)}"


@pytest.mark.parametrize("type_", TYPES)
def test_an_example_shows_every_field(type_: str) -> None:
    assert set(contracts.example_of(type_)["data"]) == set(
        contracts.schema_of(type_)["properties"]
    )


@pytest.mark.parametrize("type_", TYPES)
def test_what_is_required_is_described(type_: str) -> None:
    schema = contracts.schema_of(type_)
    assert set(schema["required"]) <= set(schema["properties"])
    assert schema["required"]


@pytest.mark.parametrize("type_", TYPES)
def test_fields_may_be_added_later(type_: str) -> None:
    assert contracts.schema_of(type_).get("additionalProperties", True) is not False


@pytest.mark.parametrize(
    "type_", [t for t in TYPES if contracts.producer_of(t) in SERVICES]
)
def test_no_fact_carries_phone_id_number_or_mail(type_: str) -> None:
    assert not [n for n in names(contracts.schema_of(type_)) if n in PERSONAL]


def test_every_schema_has_an_example_and_every_example_a_schema() -> None:
    examples = {path.stem for path in (HOME / "examples").iterdir()}
    assert examples == set(TYPES)


def test_an_unknown_type_is_no_key() -> None:
    for type_ in ("nobody.said.this.v1", "../events/x", ""):
        with pytest.raises(KeyError):
            contracts.schema_of(type_)
