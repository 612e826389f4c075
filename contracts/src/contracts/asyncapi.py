"""The promises of a book as an AsyncAPI 3 document of the whole platform."""

from typing import Any

from contracts.book import BRANCH, Book, Schema

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
        "id": {**TEXT, "description": "the same whenever this event is said again"},
        "source": {**TEXT, "format": "uri-reference", "description": "who says it"},
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
        "traceparent": {"type": "string", "description": "W3C trace context"},
        "requestid": {"type": "string", "description": "the request it began with"},
        "alsoas": {
            "type": "string",
            "description": "older types in which this event is said too",
        },
        "data": {"type": "object"},
    },
    "required": [
        "specversion", "id", "source", "type", "subject", "time", "datacontenttype",
        "partitionkey", "sequence", "traceparent", "requestid", "data",
    ],
}  # fmt: skip


def document(book: Book) -> Part:
    """The document; valid by the AsyncAPI 3.0.0 schema."""
    types = book.all_types()
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
        "channels": {type_: _channel(book, type_) for type_ in types},
        "operations": {
            name: operation
            for type_ in types
            for name, operation in _operations(book, type_).items()
        },
        "components": {
            "messages": {type_: _message(book, type_) for type_ in types},
            "schemas": {
                "CloudEvent": CLOUD_EVENT,
                **{type_: _data(book, type_) for type_ in types},
            },
        },
    }


def _channel(book: Book, type_: str) -> Part:
    """Where a type travels: facts by partition, a branch's things by branch."""
    address, parameters = f"{type_}.p{{partition}}", {"partition": PARTITION}
    exchange, kind = "biyong.facts", "topic"
    if book.sayer(type_) == BRANCH:
        address, parameters = "branch.{branch}.roster", {"branch": BRANCH_ID}
        exchange = "biyong.branches"
    elif BRANCH in book.hearers(type_):
        address, parameters = "branch.{branch}.receipts", {"branch": BRANCH_ID}
        exchange, kind = "biyong.receipts", "direct"
    return {
        "address": address,
        "parameters": parameters,
        "messages": {type_: {"$ref": f"#/components/messages/{type_}"}},
        "bindings": _amqp(
            **{"is": "routingKey"},
            exchange={
                "name": exchange, "type": kind, "durable": True, "autoDelete": False,
            },
        ),
    }  # fmt: skip


def _operations(book: Book, type_: str) -> dict[str, Part]:
    """What its sayer and each of its hearers do; nothing travels that nobody hears."""
    sayer, hearers = book.sayer(type_), sorted(book.hearers(type_))
    if not hearers:
        return {}
    to_branch = BRANCH in hearers
    sends: Part = {"deliveryMode": 2, "mandatory": not to_branch}
    if sayer == BRANCH:
        sends["userId"] = "branch.{branch}"
    made = {f"{sayer}.send.{type_}": _operation(sayer, "send", type_, sends)}
    for hearer in hearers:
        receives = _operation(hearer, "receive", type_, {"ack": True})
        made[f"{hearer}.receive.{type_}"] = receives
    return made


def _operation(service: str, action: str, type_: str, binding: Part) -> Part:
    channel = f"#/channels/{type_}"
    return {
        "action": action,
        "channel": {"$ref": channel},
        "messages": [{"$ref": f"{channel}/messages/{type_}"}],
        "tags": [{"name": service}],
        "bindings": _amqp(**binding),
    }


def _message(book: Book, type_: str) -> Part:
    said = book.schema(type_)["description"]
    unheard = (
        "" if book.hearers(type_) else " Nobody hears it yet: it is archived only."
    )
    own = {
        "type": {"const": type_},
        "data": {"$ref": f"#/components/schemas/{type_}"},
    }
    return {
        "name": type_,
        "title": type_,
        "summary": said + unheard,
        "contentType": "application/cloudevents+json",
        "payload": {
            "allOf": [{"$ref": "#/components/schemas/CloudEvent"}, {"properties": own}]
        },
        "examples": [{"name": "golden", "payload": book.example(type_)}],
        "bindings": _amqp(contentEncoding="utf-8"),
    }


def _data(book: Book, type_: str) -> Schema:
    """The data's schema in the words that AsyncAPI's own dialect shares."""
    return {k: v for k, v in book.schema(type_).items() if k != "$schema"}


def _amqp(**binding: Any) -> Part:
    return {"amqp": {**binding, "bindingVersion": "0.3.0"}}
