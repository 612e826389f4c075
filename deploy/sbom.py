"""Write what an image holds as CycloneDX: Python distributions and Debian packages.

Run as `python sbom.py NAME VERSION > FILE`, by the Python and on the system that are
told of.
"""

import json
import subprocess
import sys
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Any
from urllib.parse import quote

SPECIFICATION = "1.6"
DPKG = Path("/usr/bin/dpkg-query")
ASKED_OF_DPKG = "${Package}\t${Version}\t${Architecture}\n"
Component = dict[str, Any]


def list_components() -> list[Component]:
    """What is here, by its package address."""
    found = [*map(_of_python, distributions()), *_list_debian()]
    return [one for _, one in sorted({one["purl"]: one for one in found}.items())]


def _of_python(distribution: Distribution) -> Component:
    name = distribution.metadata["Name"]
    named = quote(name.lower().replace("_", "-"))
    component = _component(
        f"pkg:pypi/{named}@{distribution.version}", name, distribution.version
    )
    if licence := distribution.metadata.get("License-Expression"):
        component["licenses"] = [{"expression": licence}]
    return component


def _list_debian() -> list[Component]:
    if not DPKG.exists():
        return []
    command = [str(DPKG), "--show", f"--showformat={ASKED_OF_DPKG}"]
    listed = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    rows = (line.split("\t") for line in listed.splitlines())
    return [_of_debian(*row) for row in rows]


def _of_debian(name: str, version: str, architecture: str) -> Component:
    purl = f"pkg:deb/debian/{quote(name)}@{quote(version, safe='')}"
    return _component(f"{purl}?arch={architecture}", name, version)


def _component(purl: str, name: str, version: str) -> Component:
    return {
        "type": "library",
        "bom-ref": purl,
        "name": name,
        "version": version,
        "purl": purl,
    }


def make_list(name: str, version: str) -> dict[str, Any]:
    """The whole list, the same for the same image."""
    about = {"type": "container", "bom-ref": name, "name": name, "version": version}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": SPECIFICATION,
        "version": 1,
        "metadata": {"component": about},
        "components": list_components(),
    }


if __name__ == "__main__":
    json.dump(make_list(*sys.argv[1:3]), sys.stdout, indent=1)
