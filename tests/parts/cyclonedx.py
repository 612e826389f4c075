"""CycloneDX' own schemas, as a library ships them."""

import json
import zipfile
from pathlib import Path
from typing import Any

import jsonschema
from referencing import Registry, Resource

from tests.parts import having

SCHEMAS = having.PyPackage(
    "cyclonedx-python-lib",
    "11.12.0",
    "0e807521a921a5c3cb8ce1153f8a61d29eedfe76a46aac2796b7c6b573391a54",
)
FOLDER = "cyclonedx/schema/_res"


def install() -> Path:
    """The wheel that has the schemas. Raises PartMissing."""
    return having.py_package(SCHEMAS)


def validate(listed: dict[str, Any]) -> None:
    """Raises jsonschema.ValidationError, PartMissing."""
    with zipfile.ZipFile(install()) as wheel:
        schemas = {
            name: json.loads(wheel.read(f"{FOLDER}/{name}.SNAPSHOT.schema.json"))
            for name in ("bom-1.6", "spdx", "jsf-0.82")
        }
    registry: Registry[Any] = Registry().with_resources(
        (schema["$id"], Resource.from_contents(schema)) for schema in schemas.values()
    )
    schema = schemas["bom-1.6"]
    jsonschema.Draft7Validator(schema, registry=registry).validate(listed)
