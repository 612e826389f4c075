"""A made-up event in two versions, and contracts in folders of a test's own.

Version 1 says a price in whole yuan, version 2 in fen.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from chassis.events.envelope import Envelope, to_document
from contracts.registry import ContractRegistry

Data = dict[str, Any]
V1, V2 = (f"market.price.set.v{number}" for number in (1, 2))
FIELDS: dict[str, dict[str, Any]] = {
    V1: {"yuan": {"type": "integer"}},
    V2: {"fen": {"type": "integer"}},
}
EXAMPLES: dict[str, Data] = {V1: {"yuan": 3}, V2: {"fen": 314}}


def contracts_of(
    folder: Path, heard_by: Mapping[str, Sequence[str]]
) -> ContractRegistry:
    """The contracts of one release: which types it knows, and who hears each."""
    events, examples = folder / "events", folder / "examples"
    for part in (events, examples):
        part.mkdir(parents=True)
    for type_, hearers in heard_by.items():
        schema = {
            "title": type_,
            "x-produced-by": "market",
            "x-consumed-by": list(hearers),
            "type": "object",
            "properties": FIELDS[type_],
            "required": list(FIELDS[type_]),
        }
        (events / f"{type_}.json").write_text(json.dumps(schema), "utf-8")
        example = to_document(price(type_, EXAMPLES[type_]))
        (examples / f"{type_}.json").write_text(json.dumps(example), "utf-8")
    return ContractRegistry(folder)


def price(type_: str, data: Data, key: str = "tea", version: int = 1) -> Envelope:
    """One event as its sayer seals it."""
    return Envelope(
        specversion="1.0",
        id=f"{key}.{version}.0",
        source="/biyong/market",
        type=type_,
        subject=key,
        time="2026-11-24T08:00:00.000+00:00",
        datacontenttype="application/json",
        partitionkey=key,
        sequence=f"{version:012d}",
        traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        data=data,
    )
