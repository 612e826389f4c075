"""The contract registry as an AsyncAPI 3 document of the whole platform."""

from typing import Any

from contracts.registry import BRANCH, ContractRegistry, Schema

Part = dict[str, Any]
ABOUT = (
    "Every event is a CloudEvent (1.0, JSON mode) and travels at least once, in order "
    "per partitionkey. Names of operations begin with the service that sends or "
    "receives."
)
PARTITION: Part = {
    "enum": [f"{number:02d}" for number in range(16)],
    "description": "crc32 of the event's partitionkey modulo 16",
}
BRANCH_ID: Part = {"description": "the branch's id"}
TEXT = {"type": "string", "minLength": 1}
CLOUD_EVENT: Schema = {
    "type": "object",
    "description": "What every event has around its data.",
    "properties": {
        "specversion": {"const": "1.0"},
        "id": {**TEXT, "description": "the same when this event is published again"},
        "source": {**TEXT, "format": "uri-reference", "description": "the producer"},
        "type": TEXT,
        "subject": TEXT,
        "time": {"type": "string", "format": "date-time"},
        "datacontenttype": {"const": "application/json"},
        "partitionkey": {**TEXT, "description": "the aggregate, for order"},
        "sequence": {
            "type": "string",
            "pattern": "^[0-9]{1,18}$",
            "description": "the aggregate's version after this event",
        },
        "traceparent": {
            "type": "string",
            "description": "W3C trace context; its trace is the request it began with",
        },
        "data": {"type": "object"},
    },
}
CLOUD_EVENT["required"] = list(CLOUD_EVENT["properties"])


def build_document(registry: ContractRegistry) -> Part:
    """The document; valid by the AsyncAPI 3.0.0 schema."""
    types = registry.all_types()
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Biyong events",
            "version": "1.0.0",
            "description": ABOUT,
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/cloudevents+json",
        "servers": {
            "rabbitmq": {
                "host": "{host}",
                "protocol": "amqp",
                "protocolVersion": "0-9-1",
                "variables": {"host": {"default": "localhost:5672"}},
            }
        },
        "channels": {type_: build_channel(registry, type_) for type_ in types},
        "operations": {
            name: operation
            for type_ in types
            for name, operation in _build_operations(registry, type_).items()
        },
        "components": {
            "messages": {type_: build_message(registry, type_) for type_ in types},
            "schemas": {
                "CloudEvent": CLOUD_EVENT,
                **{type_: data_schema(registry, type_) for type_ in types},
            },
        },
    }


def build_channel(registry: ContractRegistry, type_: str) -> Part:
    """The channel of a type: events go by partition, those of a branch by branch."""
    address, parameters = f"{type_}.p{{partition}}", {"partition": PARTITION}
    exchange, kind = "biyong.events", "topic"
    if registry.producer_of(type_) == BRANCH:
        address, parameters = "branch.{branch}.roster", {"branch": BRANCH_ID}
        exchange = "biyong.branches"
    elif BRANCH in registry.consumers_of(type_):
        address, parameters = "branch.{branch}.receipts", {"branch": BRANCH_ID}
        exchange, kind = "biyong.receipts", "direct"
    return {
        "address": address,
        "parameters": parameters,
        "messages": {type_: {"$ref": f"#/components/messages/{type_}"}},
        "bindings": amqp_binding(
            **{"is": "routingKey"},
            exchange={
                "name": exchange,
                "type": kind,
                "durable": True,
                "autoDelete": False,
            },
        ),
    }


def _build_operations(registry: ContractRegistry, type_: str) -> dict[str, Part]:
    """What producer and consumers of a type do; without a consumer nothing travels."""
    producer, consumers = (
        registry.producer_of(type_),
        sorted(registry.consumers_of(type_)),
    )
    if not consumers:
        return {}
    to_branch = BRANCH in consumers
    sends: Part = {"deliveryMode": 2, "mandatory": not to_branch}
    if producer == BRANCH:
        sends["userId"] = "branch.{branch}"
    made = {f"{producer}.send.{type_}": build_operation(producer, "send", type_, sends)}
    for consumer in consumers:
        receives = build_operation(consumer, "receive", type_, {"ack": True})
        made[f"{consumer}.receive.{type_}"] = receives
    return made


def build_operation(service: str, action: str, type_: str, binding: Part) -> Part:
    channel = f"#/channels/{type_}"
    return {
        "action": action,
        "channel": {"$ref": channel},
        "messages": [{"$ref": f"{channel}/messages/{type_}"}],
        "tags": [{"name": service}],
        "bindings": amqp_binding(**binding),
    }


def build_message(registry: ContractRegistry, type_: str) -> Part:
    description = registry.schema_of(type_)["description"]
    archived = (
        ""
        if registry.consumers_of(type_)
        else " Nobody consumes it yet: it is archived only."
    )
    typed = {
        "type": {"const": type_},
        "data": {"$ref": f"#/components/schemas/{type_}"},
    }
    return {
        "name": type_,
        "title": type_,
        "summary": description + archived,
        "contentType": "application/cloudevents+json",
        "payload": {
            "allOf": [
                {"$ref": "#/components/schemas/CloudEvent"},
                {"properties": typed},
            ]
        },
        "examples": [{"name": "golden", "payload": registry.example_of(type_)}],
        "bindings": amqp_binding(contentEncoding="utf-8"),
    }


def data_schema(registry: ContractRegistry, type_: str) -> Schema:
    """The schema of the data in the dialect of AsyncAPI."""
    return {k: v for k, v in registry.schema_of(type_).items() if k != "$schema"}


def amqp_binding(**binding: Any) -> Part:
    return {"amqp": {**binding, "bindingVersion": "0.3.0"}}
