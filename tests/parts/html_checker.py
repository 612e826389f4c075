"""The W3C's checker of HTML (Nu), from the package it publishes; it asks no network."""

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.parts import having

CHECKER = having.NpmPackage(
    "vnu-jar",
    "26.9.27",
    "5970d3ffca91a627cf0965e5d91bb2e4242307c29292998de0b419d6a901b2b7",
)
OF_HTMX = "Attribute “hx-"
STACK_MIB = 8
"""It reads schemas by recursion: one MiB is too little."""


def install() -> Path:
    """Its one archive. Raises PartMissing."""
    having.require_programs("the HTML checker", "java")
    return having.npm_package(CHECKER) / "build" / "dist" / "vnu.jar"


def check_files(files: Sequence[Path]) -> list[dict[str, Any]]:
    """The errors it finds in these files, all in one run: its start is what costs.

    It knows no attributes of htmx (`hx-get`), and says so each time; what it merely
    informs about is no error.
    """
    command = ["java", f"-Xss{STACK_MIB}m", "-jar", str(install())]
    command += ["--format", "json", "--exit-zero-always", *map(str, files)]
    done = subprocess.run(command, capture_output=True, check=True)
    said: list[dict[str, Any]] = json.loads(done.stderr)["messages"]
    errors = (one for one in said if one["type"] != "info")
    return [one for one in errors if not one["message"].startswith(OF_HTMX)]
