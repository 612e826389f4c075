"""The AsyncAPI document: made from contracts, valid by the official schema."""

import copy
import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from chassis.broker import topology
from chassis.events.envelope import Envelope
from contracts.__main__ import render_asyncapi
from contracts.asyncapi import PARTITION, build_document

import contracts
from tests import cloudevents
from tests.parts import schemas

FILE = Path(__file__).parents[2] / "docs" / "asyncapi.json"
TYPES = contracts.all_types()
MADE = build_document(contracts.REGISTRY)
Part = dict[str, Any]


def at(pointer: str) -> Part:
    """What a reference inside the document points to."""
    found = MADE
    for name in pointer.removeprefix("#/").split("/"):
        found = found[name]
    return found


def payload(type_: str) -> jsonschema_rs.Draft7Validator:
    """Checks whole events by the document alone."""
    message = MADE["components"]["messages"][type_]
    schema = {**message["payload"], "components": MADE["components"]}
    return jsonschema_rs.Draft7Validator(schema, validate_formats=True)


def test_the_document_is_as_the_contracts_make_it() -> None:
    assert FILE.read_text("utf-8") == render_asyncapi(), "run `make docs`"


@pytest.mark.part("schemas")
def test_the_document_is_valid_by_asyncapis_own_schema() -> None:
    official = jsonschema_rs.Draft7Validator(schemas.asyncapi(), validate_formats=True)
    read = json.loads(FILE.read_text("utf-8"))
    assert [error.message for error in official.iter_errors(read)] == []
    wrong = copy.deepcopy(read)
    next(iter(wrong["operations"].values()))["action"] = "shout"
    assert not official.is_valid(wrong), "it notices what is wrong"


@pytest.mark.part("schemas")
def test_the_schema_of_cloudevents_kept_here_is_the_one_they_publish() -> None:
    assert schemas.cloudevents() == cloudevents.SCHEMA


@pytest.mark.parametrize("type_", TYPES)
def test_a_golden_example_is_a_cloudevent_by_cloudevents_own_schema(type_: str) -> None:
    assert cloudevents.faults(contracts.example_of(type_)) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [("id", ""), ("source", None), ("time", "noon"), ("type", 7), ("Bad-Name", "x")],
)
def test_what_is_no_cloudevent_is_noticed(name: str, value: object) -> None:
    assert cloudevents.faults(contracts.example_of(TYPES[0]) | {name: value})


@pytest.mark.parametrize("type_", TYPES)
def test_a_golden_example_fits_the_message_and_others_do_not(type_: str) -> None:
    message, example = payload(type_), contracts.example_of(type_)
    assert message.is_valid(example)
    assert MADE["components"]["messages"][type_]["examples"][0]["payload"] == example
    assert not message.is_valid(example | {"type": "nobody.said.this.v1"})
    assert not message.is_valid(example | {"data": {}})


def test_every_service_sends_what_it_says_and_receives_what_it_hears() -> None:
    found = {
        (operation["tags"][0]["name"], operation["action"], type_)
        for operation in MADE["operations"].values()
        for type_ in at(operation["channel"]["$ref"])["messages"]
    }
    heard = [type_ for type_ in TYPES if contracts.consumers_of(type_)]
    sent = {(contracts.producer_of(type_), "send", type_) for type_ in heard}
    received = {(who, "receive", t) for t in heard for who in contracts.consumers_of(t)}
    assert found == sent | received


def test_every_reference_of_an_operation_leads_somewhere() -> None:
    for operation in MADE["operations"].values():
        for message in operation["messages"]:
            assert at(at(message["$ref"])["$ref"])["payload"]


def test_addresses_are_those_of_the_bus() -> None:
    facts = MADE["channels"]["enrollment.seat.taken.v1"]
    assert facts["bindings"]["amqp"]["exchange"]["name"] == topology.EXCHANGE
    numbers = range(topology.PARTITIONS)
    addresses = [facts["address"].format(partition=p) for p in PARTITION["enum"]]
    key = topology.routing_key
    assert addresses == [key("enrollment.seat.taken.v1", n) for n in numbers]
    receipts = MADE["channels"]["enrollment.receipt.issued.v1"]
    assert receipts["bindings"]["amqp"]["exchange"]["name"] == topology.RECEIPTS
    assert receipts["address"].format(branch="b") == topology.receipts_queue("b")


def test_the_envelope_has_the_fields_that_travel() -> None:
    envelope = MADE["components"]["schemas"]["CloudEvent"]
    assert list(envelope["properties"]) == list(Envelope.__struct_fields__)
    assert set(envelope["required"]) == set(Envelope.__struct_fields__)
