"""The list of what is in an image, made of the environment that the tests run in."""

import json
import subprocess
import sys
from importlib.metadata import distributions
from typing import Any

import jsonschema
import pytest

from tests.parts import cyclonedx
from tests.parts.containers import ROOT

pytestmark = pytest.mark.part("sbom-schemas")


@pytest.fixture(name="listed", scope="module")
def _listed() -> dict[str, Any]:
    command = [sys.executable, str(ROOT / "deploy" / "sbom.py"), "biyong/x", "1.2"]
    done = subprocess.run(command, capture_output=True, check=True)
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def test_it_is_as_cyclonedx_wants_it_and_what_is_not_is_refused(
    listed: dict[str, Any],
) -> None:
    cyclonedx.validate(listed)
    with pytest.raises(jsonschema.ValidationError):
        cyclonedx.validate({**listed, "bomFormat": "another"})


def test_it_names_every_distribution_by_its_address(listed: dict[str, Any]) -> None:
    there = {one.metadata["Name"] for one in distributions()}
    named = {
        one["name"]
        for one in listed["components"]
        if one["purl"].startswith("pkg:pypi/")
    }
    assert named == there
    assert len(there) > 50
