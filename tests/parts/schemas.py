"""AsyncAPI's and CloudEvents' own JSON schemas, from the packages they publish."""

import json
import re
from pathlib import Path
from typing import Any

from tests.parts import having

ASYNCAPI = having.NpmPackage(
    "@asyncapi/specs",
    "6.11.1",
    "01af8744dc33c0c7eb2e908f6a955319ee58b70ecadc9387d1aeb16c0cd28928",
)
CLOUDEVENTS = having.NpmPackage(
    "cloudevents",
    "10.0.0",
    "61e4be6e52944e20e6fe67e9eedbd501d2d93438cb592c12e82d708a8d59f87f",
)
COMPILED_FROM = re.compile(r"^const \w+ = (\{ \"\$schema\".*?\});", re.MULTILINE)


def install() -> tuple[Path, Path]:
    """The folders of both packages. Raises PartMissing."""
    return having.npm_package(ASYNCAPI), having.npm_package(CLOUDEVENTS)


def asyncapi() -> dict[str, Any]:
    """The schema of AsyncAPI 3.0.0."""
    folder, _ = install()
    text = (folder / "schemas" / "3.0.0.json").read_text("utf-8")
    read: dict[str, Any] = json.loads(text)
    return read


def cloudevents() -> dict[str, Any]:
    """The schema of CloudEvents 1.0, from which the package compiled its validator."""
    _, folder = install()
    text = (folder / "dist" / "schema" / "v1.js").read_text("utf-8")
    found = COMPILED_FROM.search(text)
    assert found is not None
    read: dict[str, Any] = json.loads(found[1])
    return read
