"""kube-score, which reads manifests and says what others have found unwise."""

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.parts import having
from tests.parts.kubernetes import Manifest

PACKAGE = "github.com/zegl/kube-score/cmd/kube-score@v1.20.0"
KUBERNETES = "v1.28"
"""The oldest that we say we run on."""
FINE = 10
"""The grade of a check that has nothing to say."""


@dataclass(frozen=True, order=True)
class Finding:
    """What a check says of an object, KIND/NAME."""

    check: str
    text: str
    object: str


def install() -> Path:
    """The program. Raises PartMissing."""
    return having.go_program("kube-score", PACKAGE)


def find_findings(manifests: list[Manifest]) -> set[Finding]:
    """What all its checks, the optional ones too, have against manifests."""
    options = ["--all-default-optional", "--kubernetes-version", KUBERNETES]
    done = subprocess.run(
        [str(install()), "score", *options, "--output-format", "json", "-"],
        input=yaml.safe_dump_all(manifests).encode(),
        capture_output=True,
        timeout=60,
        check=False,  # it fails as soon as it finds something
    )
    scored = json.loads(done.stdout)
    assert scored, done.stderr
    return {finding for one in scored for finding in _read_findings(one)}


def _read_findings(scored: dict[str, Any]) -> Iterator[Finding]:
    name = f"{scored['type_meta']['kind']}/{scored['object_meta']['name']}"
    for check in scored["checks"]:
        if not check["skipped"] and check["grade"] < FINE:
            for comment in check["comments"] or [{"summary": ""}]:
                yield Finding(check["check"]["id"], comment["summary"], name)
