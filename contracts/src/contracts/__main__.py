"""Write the documents of the events into a folder: `python -m contracts docs`."""

import json
import sys
from pathlib import Path

import contracts
from contracts.asyncapi import build_document
from contracts.branch_asyncapi import build_branch_document
from contracts.fields import Field, find_fields

HEAD = """# Events

Made from `contracts/` by `make docs`; do not edit. Every event is a CloudEvent
(1.0, JSON); what stands here is its `data`. Within a version only optional fields
are ever added. The same for machines: [asyncapi.json](asyncapi.json), and as a page
with search: `/events` of a running platform.
"""


def render_catalogue() -> str:
    """All events as one Markdown page: producer, consumers, what is in it."""
    return HEAD + "".join(_render_section(type_) for type_ in contracts.all_types())


def render_asyncapi() -> str:
    """The AsyncAPI document as it is written."""
    made = build_document(contracts.REGISTRY)
    return json.dumps(made, ensure_ascii=False, indent=1) + "\n"


def render_branch_asyncapi() -> str:
    """The AsyncAPI document of a branch alone, as it is written."""
    made = build_branch_document(contracts.REGISTRY)
    return json.dumps(made, ensure_ascii=False, indent=1) + "\n"


def _render_section(type_: str) -> str:
    schema = contracts.schema_of(type_)
    producer = contracts.producer_of(type_)
    consumers = (
        ", ".join(sorted(contracts.consumers_of(type_))) or "nobody yet; archived"
    )
    rows = "".join(map(_render_row, find_fields(schema)))
    example = json.dumps(
        contracts.example_of(type_)["data"], ensure_ascii=False, indent=2
    )
    return (
        f"\n## {type_}\n\n{schema['description']}\n\n"
        f"Published by **{producer}**, consumed by **{consumers}**.\n\n"
        f"| field | type | required | meaning |\n|---|---|---|---|\n{rows}\n"
        f"```json\n{example}\n```\n"
    )


def _render_row(field: Field) -> str:
    required = "yes" if field.required else "no"
    return f"| `{field.path}` | {field.kind} | {required} | {field.meaning} |\n"


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    (folder / "events.md").write_text(render_catalogue(), "utf-8")
    (folder / "asyncapi.json").write_text(render_asyncapi(), "utf-8")
    (folder / "connect" / "asyncapi.json").write_text(render_branch_asyncapi(), "utf-8")
