"""What a branch sends and gets, alone, as an AsyncAPI 3 document."""

from typing import Any

from contracts.asyncapi import (
    CLOUD_EVENT,
    amqp_binding,
    build_channel,
    build_message,
    build_operation,
    data_schema,
)
from contracts.registry import BRANCH, ContractRegistry, Schema

Part = dict[str, Any]
ABOUT = (
    "A branch sends rosters under its own account at the broker, and finds in a queue "
    "of its own what became of each row, or why a message was not taken. The same "
    "rosters are taken over HTTPS: see the OpenAPI document beside this one."
)
REQUIRED = ["specversion", "id", "source", "type", "data"]
"""Of what a branch sends; all else is filled in."""
BINARY = (
    "Structured mode: the whole event is the body. In binary mode the body is `data`, "
    "its content type application/json, and the attributes are headers such as ce-id "
    "or cloudEvents:id."
)


def find_branch_types(registry: ContractRegistry) -> list[str]:
    """The types that a branch sends or gets, what it sends first."""
    types = registry.all_types()
    sent = [type_ for type_ in types if registry.producer_of(type_) == BRANCH]
    got = [type_ for type_ in types if BRANCH in registry.consumers_of(type_)]
    return sent + got


def build_branch_document(registry: ContractRegistry) -> Part:
    """The document; valid by the AsyncAPI 3.0.0 schema."""
    types = find_branch_types(registry)
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Biyong for branches",
            "version": "1.0.0",
            "description": f"{ABOUT} {BINARY}",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/cloudevents+json",
        "servers": {
            "rabbitmq": {
                "host": "{host}",
                "protocol": "amqps",
                "protocolVersion": "0-9-1",
                "variables": {"host": {"default": "localhost:5671"}},
                "security": [{"$ref": "#/components/securitySchemes/account"}],
            }
        },
        "channels": {type_: build_channel(registry, type_) for type_ in types},
        "operations": {
            f"{_action_of(registry, type_)}.{type_}": _build_own_operation(
                registry, type_
            )
            for type_ in types
        },
        "components": {
            "securitySchemes": {
                "account": {
                    "type": "userPassword",
                    "description": "branch.{branch}, and the password of the account",
                }
            },
            "messages": {type_: _build_own_message(registry, type_) for type_ in types},
            "schemas": {
                "CloudEvent": CLOUD_EVENT,
                "SentCloudEvent": _sent_envelope(),
                **{type_: data_schema(registry, type_) for type_ in types},
            },
        },
    }


def build_shortest(registry: ContractRegistry, type_: str) -> Part:
    """The golden example with what is required and nothing else."""
    example = registry.example_of(type_)
    required = registry.schema_of(type_)["required"]
    data = {name: example["data"][name] for name in required}
    return {name: example[name] for name in REQUIRED} | {"data": data}


def build_sent_events(registry: ContractRegistry) -> dict[str, Schema]:
    """By type the schema of a whole event as a branch sends it."""
    envelope = _sent_envelope()
    return {
        type_: envelope
        | {
            "properties": envelope["properties"]
            | {"type": {"const": type_}, "data": data_schema(registry, type_)}
        }
        for type_ in find_branch_types(registry)
        if _is_sent(registry, type_)
    }


def _is_sent(registry: ContractRegistry, type_: str) -> bool:
    return registry.producer_of(type_) == BRANCH


def _action_of(registry: ContractRegistry, type_: str) -> str:
    return "send" if _is_sent(registry, type_) else "receive"


def _build_own_operation(registry: ContractRegistry, type_: str) -> Part:
    action = _action_of(registry, type_)
    binding: Part = {"ack": True}
    if action == "send":
        binding = {"deliveryMode": 2, "mandatory": True, "userId": "branch.{branch}"}
    return build_operation(BRANCH, action, type_, binding)


def _build_own_message(registry: ContractRegistry, type_: str) -> Part:
    message = build_message(registry, type_)
    if not _is_sent(registry, type_):
        return message
    envelope, *data = message["payload"]["allOf"]
    envelope = {"$ref": "#/components/schemas/SentCloudEvent"}
    payload = build_shortest(registry, type_)
    return message | {
        "payload": {"allOf": [envelope, *data]},
        "examples": [{"name": "shortest", "payload": payload}],
        "bindings": amqp_binding(contentEncoding="utf-8"),
    }


def _sent_envelope() -> Schema:
    about = "What a branch's event must have; what else it has is allowed."
    properties = CLOUD_EVENT["properties"]
    own = {name: properties[name] for name in REQUIRED}
    own["id"] = {"type": "string", "minLength": 1, "maxLength": 1000}
    return {
        "type": "object",
        "description": about,
        "properties": own,
        "required": REQUIRED,
    }
