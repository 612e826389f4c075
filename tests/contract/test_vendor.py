"""What the pages bring along from others is exactly what was named."""

import hashlib
import json
from pathlib import Path

import pytest

VENDOR = Path(__file__).parents[2] / "gateway" / "src" / "gateway" / "static" / "vendor"
NAMED: list[dict[str, str]] = json.loads((VENDOR / "manifest.json").read_text("utf-8"))


@pytest.mark.parametrize("entry", NAMED, ids=lambda entry: entry["file"])
def test_a_file_has_the_bytes_its_version_was_named_with(entry: dict[str, str]) -> None:
    content = (VENDOR / entry["file"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == entry["sha256"]


@pytest.mark.parametrize("entry", NAMED, ids=lambda entry: entry["file"])
def test_a_file_names_version_and_licence(entry: dict[str, str]) -> None:
    assert entry["name"]
    assert entry["version"]
    assert entry["licence"]
    licence = entry["file"].split(".")[0] + ".LICENSE"
    assert (VENDOR / licence).stat().st_size > 100


def test_nothing_lies_there_that_is_not_named() -> None:
    scripts = {path.name for path in VENDOR.iterdir() if path.suffix == ".js"}
    assert scripts == {entry["file"] for entry in NAMED}
