"""The AsyncAPI document: made from contracts, valid by the official schema."""

import copy
import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from chassis.broker import topology
from chassis.events.envelope import Envelope
from contracts.__main__ import render_asyncapi, render_branch_asyncapi
from contracts.asyncapi import PARTITION, build_document
from contracts.branch_asyncapi import REQUIRED, build_branch_document

import contracts
from tests import cloudevents
from tests.parts import schemas

DOCS = Path(__file__).parents[2] / "docs"
FILE, BRANCH_FILE = DOCS / "asyncapi.json", DOCS / "connect" / "asyncapi.json"
TYPES = contracts.all_types()
MADE = build_document(contracts.REGISTRY)
OF_BRANCH = build_branch_document(contracts.REGISTRY)
SENT = "branch.roster.sent.v1"
Part = dict[str, Any]


def at(pointer: str) -> Part:
    """What a reference inside the document points to."""
    found = MADE
    for name in pointer.removeprefix("#/").split("/"):
        found = found[name]
    return found


def payload(type_: str, document: Part = MADE) -> jsonschema_rs.Draft7Validator:
    """Checks whole events by the document alone."""
    message = document["components"]["messages"][type_]
    schema = {**message["payload"], "components": document["components"]}
    return jsonschema_rs.Draft7Validator(schema, validate_formats=True)


def test_the_document_is_as_the_contracts_make_it() -> None:
    assert FILE.read_text("utf-8") == render_asyncapi(), "run `make docs`"
    branch = BRANCH_FILE.read_text("utf-8")
    assert branch == render_branch_asyncapi(), "run `make docs`"


@pytest.mark.part("schemas")
@pytest.mark.parametrize("file", [FILE, BRANCH_FILE], ids=["all", "branch"])
def test_the_document_is_valid_by_asyncapis_own_schema(file: Path) -> None:
    official = jsonschema_rs.Draft7Validator(schemas.asyncapi(), validate_formats=True)
    read = json.loads(file.read_text("utf-8"))
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


def test_a_branch_sees_what_it_sends_and_gets_and_nothing_else() -> None:
    got = {t for t in TYPES if "branch" in contracts.consumers_of(t)}
    operations = OF_BRANCH["operations"].items()
    actions = {name: operation["action"] for name, operation in operations}
    sent = {t for t in TYPES if contracts.producer_of(t) == "branch"}
    assert SENT in sent
    assert actions == {f"send.{type_}": "send" for type_ in sent} | {
        f"receive.{type_}": "receive" for type_ in got
    }
    assert OF_BRANCH["channels"].keys() == {*sent, *got}
    for type_ in OF_BRANCH["channels"]:
        assert OF_BRANCH["channels"][type_] == MADE["channels"][type_]


def test_a_branch_may_leave_out_all_that_is_filled_in() -> None:
    check, event = payload(SENT, OF_BRANCH), contracts.example_of(SENT)
    shortest = {name: event[name] for name in REQUIRED}
    assert check.is_valid(shortest)
    assert check.is_valid(event)
    for name in REQUIRED:
        assert not check.is_valid({n: v for n, v in shortest.items() if n != name})
