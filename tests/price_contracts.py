"""A made-up event in three versions, and contracts in folders of a test's own.

Version 1 says a price in whole yuan, version 2 in fen, version 3 with its currency.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from chassis.events.envelope import Envelope, to_document
from contracts.registry import ContractRegistry
from contracts.upcasting import Data, VersionStep

V1, V2, V3 = (f"market.price.set.v{number}" for number in (1, 2, 3))
FIELDS: dict[str, dict[str, Any]] = {
    V1: {"yuan": {"type": "integer"}},
    V2: {"fen": {"type": "integer"}},
    V3: {"fen": {"type": "integer"}, "currency": {"type": "string", "maxLength": 3}},
}
EXAMPLES: dict[str, Data] = {
    V1: {"yuan": 3},
    V2: {"fen": 314},
    V3: {"fen": 314, "currency": "CNY"},
}


def to_fen(data: Data) -> Data:
    return {"fen": data["yuan"] * 100}


def to_yuan(data: Data) -> Data:
    return {"yuan": data["fen"] // 100}


def with_currency(data: Data) -> Data:
    return {**data, "currency": "CNY"}


def without_currency(data: Data) -> Data:
    return {"fen": data["fen"]}


STEPS = {
    V2: VersionStep(to_fen, to_yuan),
    V3: VersionStep(with_currency, without_currency),
}


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
    return ContractRegistry(
        folder, {new: step for new, step in STEPS.items() if new in heard_by}
    )


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
