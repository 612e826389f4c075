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
    "arrayFilters": "array filters: name the element by $elemMatch",
    "validator": "validators: MongoEngine validates before writing",
    "capped": "capped collections: use a TTL index",
    "timeseries": "time series collections",
    "viewOn": "views",
    "let": "variables in commands",
    "min": "bounds of an index: ask by $gte",
    "max": "bounds of an index: ask by $lt",
}
PART_FIELDS = {
    "collation": COMMAND_FIELDS["collation"],
    "arrayFilters": COMMAND_FIELDS["arrayFilters"],
    "sort": "sorts in an update: use findAndModify",
}
OPERATORS = {
    "keep a list of search words under an index": ("$text",),
    "scripts do not run here": ("$where", "$function", "$accumulator"),
    "places are not searched": ("$near", "$nearSphere", "$geoNear"),
    "places are not compared": ("$geoWithin", "$geoIntersects"),
    "each service reads its own collection": ("$lookup", "$graphLookup"),
    "read the collections one after the other": ("$unionWith",),
    "write from the service": ("$out", "$merge"),
    "change streams are not kept, hear the bus": ("$changeStream",),
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
    _refuse_fields(command, COMMAND_FIELDS)
    if "txnNumber" in command:
        line = "transaction numbers are only for members of a replica set"
        raise Refused(line, Code.IllegalOperation)
    _refuse_stages(command.get("pipeline", []))
    for kind in ("updates", "deletes", "indexes"):
        for part in command.get(kind, []):
            _refuse_fields(part, PART_FIELDS)
    updates = [part.get("u") for part in command.get("updates", [])]
    if any(isinstance(update, list) for update in [*updates, command.get("update")]):
        raise Refused(_to_sentence("update pipelines: use update operators"))
    for name, value in _find_operators(command, 0):
        if name in ADVICE:
            raise Refused(_to_sentence(f"{name}: {ADVICE[name]}"))
        if isinstance(value, Decimal128 | bson.Code):
            raise Refused(
                _to_sentence(f"{type(value).__name__}: use a string or integer")
            )


def _refuse_fields(part: Mapping[str, Any], fields: Mapping[str, str]) -> None:
    for field, instead in fields.items():
        if part.get(field) is not None:
            raise Refused(_to_sentence(instead))


def _refuse_stages(pipeline: Iterable[Mapping[str, Any]]) -> None:
    for name in (name for stage in pipeline for name in stage):
        if name not in STAGES.split() and name not in ADVICE:
            raise Refused(
                f"unrecognized pipeline stage name: '{name}'", Code.Location40324
            )


def _find_operators(value: Any, depth: int) -> Iterator[tuple[str, Any]]:
    if depth > DEEPEST:
        raise Refused(f"nested deeper than {DEEPEST} levels; flatten the document")
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield name, inner
            yield from _find_operators(inner, depth + 1 + name.count("."))
    elif isinstance(value, list):
        for inner in value:
            yield "", inner
            yield from _find_operators(inner, depth + 1)


def _to_sentence(instead: str) -> str:
    return f"the embedded store does not support {instead}, or set MONGO_URL"
