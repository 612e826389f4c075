"""What the store does not do, refused before anything is touched."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import bson
from bson import Decimal128

from embedded.store.codes import Code, Refused

COMMAND_FIELDS = {
    "startTransaction": "transactions: change one document in one update",
    "autocommit": "transactions: change one document in one update",
    "collation": "collations: keep a normalised copy of the field",
    "validator": "validators: MongoEngine validates before writing",
    "capped": "capped collections: use a TTL index",
    "timeseries": "time series collections",
    "viewOn": "views",
    "let": "variables in commands",
    "min": "bounds of an index: ask by $gte",
    "max": "bounds of an index: ask by $lt",
}
OPERATORS = {
    "keep a list of search words under an index": ("$text",),
    "scripts do not run here": ("$where", "$function", "$accumulator"),
    "places are not searched": ("$near", "$nearSphere", "$geoNear"),
    "places are not compared": ("$geoWithin", "$geoIntersects"),
    "each service reads its own collection": ("$lookup", "$graphLookup"),
    "read the collections one after the other": ("$unionWith",),
    "write from the service": ("$out", "$merge"),
    "hear events from the bus": ("$changeStream",),
    "validate before writing": ("$jsonSchema",),
}
ADVICE = {name: advice for advice, names in OPERATORS.items() for name in names}
STAGES = (
    "$addFields $bucket $count $facet $group $limit $match $project $replaceRoot "
    "$replaceWith $sample $set $skip $sort $sortByCount $unset $unwind"
)
DEEPEST = 100
"""As MongoDB nests documents; deeper, Python itself gives up."""


def refuse_unsupported(command: Mapping[str, Any]) -> None:
    """Raise Refused if any part of the command is beyond this store."""
    for field, instead in COMMAND_FIELDS.items():
        if field in command:
            raise Refused(_sentence(instead))
    if "txnNumber" in command:
        line = "transaction numbers are only for members of a replica set"
        raise Refused(line, Code.IllegalOperation)
    _refuse_stages(command.get("pipeline", []))
    _refuse_parts(command)
    for name, value in _operators(command, 0):
        if name in ADVICE:
            raise Refused(_sentence(f"{name}: {ADVICE[name]}"))
        if isinstance(value, Decimal128 | bson.Code):
            raise Refused(_sentence(f"{type(value).__name__}: use a string or integer"))


def _refuse_parts(command: Mapping[str, Any]) -> None:
    for update in command.get("updates", []):
        _refuse_update(update.get("u"), update)
        if update.get("sort"):
            raise Refused(_sentence("sorts in an update: use findAndModify"))
    for part in [*command.get("deletes", []), *command.get("indexes", [])]:
        _refuse_collation(part)
    if "update" in command and isinstance(command["update"], Mapping | list):
        _refuse_update(command["update"], command)


def _refuse_stages(pipeline: Iterable[Mapping[str, Any]]) -> None:
    for name in (name for stage in pipeline for name in stage):
        if name not in STAGES.split() and name not in ADVICE:
            raise Refused(
                f"unrecognized pipeline stage name: '{name}'", Code.Location40324
            )


def _refuse_update(update: Any, command: Mapping[str, Any]) -> None:
    if isinstance(update, list):
        raise Refused(_sentence("update pipelines: use update operators"))
    if command.get("arrayFilters"):
        raise Refused(_sentence("array filters: name the element by $elemMatch"))
    _refuse_collation(command)


def _refuse_collation(part: Mapping[str, Any]) -> None:
    if part.get("collation"):
        raise Refused(_sentence(COMMAND_FIELDS["collation"]))


def _operators(value: Any, depth: int) -> Iterator[tuple[str, Any]]:
    if depth > DEEPEST:
        raise Refused(f"nested deeper than {DEEPEST} levels; flatten the document")
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield name, inner
            yield from _operators(inner, depth + 1 + name.count("."))
    elif isinstance(value, list):
        for inner in value:
            yield "", inner
            yield from _operators(inner, depth + 1)


def _sentence(instead: str) -> str:
    return f"the embedded store does not support {instead}, or set MONGO_URL"
