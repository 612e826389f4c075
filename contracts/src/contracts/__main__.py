"""Write the documents of the events into a folder: `python -m contracts docs`."""

import json
import sys
from pathlib import Path

import contracts
from contracts.asyncapi import document
from contracts.fields import Field, fields

HEAD = """# Events

Made from `contracts/` by `make docs`; do not edit. Every event is a CloudEvent
(1.0, JSON); what stands here is its `data`. Within a version only optional fields
are ever added. The same for machines: [asyncapi.json](asyncapi.json), and as a page
with search: `/events` of a running platform.
"""


def catalogue() -> str:
    """All events as one Markdown page: who says, who hears, what is in it."""
    return HEAD + "".join(_section(type_) for type_ in contracts.all_types())


def asyncapi() -> str:
    """The AsyncAPI document as it is written."""
    made = document(contracts.OURS)
    return json.dumps(made, ensure_ascii=False, indent=1) + "\n"


def _section(type_: str) -> str:
    schema = contracts.schema(type_)
    hearers = ", ".join(sorted(contracts.hearers(type_))) or "nobody yet; archived"
    rows = "".join(map(_row, fields(schema)))
    example = json.dumps(contracts.example(type_)["data"], ensure_ascii=False, indent=2)
    return (
        f"\n## {type_}\n\n{schema['description']}\n\n"
        f"Said by **{contracts.sayer(type_)}**, heard by **{hearers}**.\n\n"
        f"| field | type | required | meaning |\n|---|---|---|---|\n{rows}\n"
        f"```json\n{example}\n```\n"
    )


def _row(field: Field) -> str:
    required = "yes" if field.required else "no"
    return f"| `{field.path}` | {field.kind} | {required} | {field.meaning} |\n"


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    (folder / "events.md").write_text(catalogue(), "utf-8")
    (folder / "asyncapi.json").write_text(asyncapi(), "utf-8")
