"""Write the event catalogue: `python -m contracts docs/events.md`."""

import json
import sys
from pathlib import Path
from typing import Any

import contracts

HEAD = """# Events

Made from `contracts/` by `make docs`; do not edit. Every event is a CloudEvent
(1.0, JSON); what stands here is its `data`. Within a version only optional fields
are ever added.
"""


def catalogue() -> str:
    """All events as one Markdown page: who says, who hears, what is in it."""
    return HEAD + "".join(_section(type_) for type_ in contracts.all_types())


def _section(type_: str) -> str:
    schema = contracts.schema(type_)
    hearers = ", ".join(sorted(contracts.hearers(type_))) or "nobody yet; archived"
    rows = "".join(_row(name, schema) for name in schema["properties"])
    example = json.dumps(contracts.example(type_)["data"], ensure_ascii=False, indent=2)
    return (
        f"\n## {type_}\n\n{schema['description']}\n\n"
        f"Said by **{contracts.sayer(type_)}**, heard by **{hearers}**.\n\n"
        f"| field | type | required | meaning |\n|---|---|---|---|\n{rows}\n"
        f"```json\n{example}\n```\n"
    )


def _row(name: str, schema: dict[str, Any]) -> str:
    field = schema["properties"][name]
    kind = field.get("type") or " / ".join(field["enum"])
    required = "yes" if name in schema["required"] else "no"
    return f"| `{name}` | {kind} | {required} | {field.get('description', '')} |\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(catalogue(), "utf-8")
