"""What docs/operations/install.md tells to type does what it says."""

import re
import shlex
import shutil
from pathlib import Path

import pytest
from biyong.__main__ import app
from typer.testing import CliRunner

from tests.cluster.overlays import OVERLAYS, ROOT, copy_overlays
from tests.parts.kubernetes import render_manifests

pytestmark = pytest.mark.part("kustomize")
PAGE = (ROOT / "docs" / "operations" / "install.md").read_text("utf-8")
SECTION = re.compile(r"^## 3\. `(\w+)`\n(.*?)(?=^## )", re.MULTILINE | re.DOTALL)
SECTIONS = dict(SECTION.findall(PAGE))
PATHS = re.compile(r"(?:deploy/k8s|secrets)/[\w./-]+")


def find_commands(text: str, program: str) -> list[list[str]]:
    """The indented command lines that begin with a program, continued lines joined."""
    lines = re.sub(r"\\\n\s*", "", text).splitlines()
    return [
        shlex.split(line)
        for line in lines
        if line.startswith("    ") and line.split()[0] == program
    ]


def test_the_page_tells_of_every_overlay() -> None:
    assert sorted(SECTIONS) == OVERLAYS


@pytest.mark.parametrize("overlay", ["existing", "production"])
def test_secrets_are_made_as_the_page_says_and_a_copy_builds(
    overlay: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [command] = find_commands(SECTIONS[overlay], "biyong")
    folder = copy_overlays(tmp_path, make_secrets=lambda _: None)
    copy = folder / "overlays" / "college"
    shutil.copytree(copy.with_name(overlay), copy)
    monkeypatch.chdir(copy)
    done = CliRunner().invoke(app, command[1:])
    assert done.exit_code == 0, done.output
    names = {m["metadata"]["name"] for m in render_manifests(copy)}
    assert {"gateway-web", "media-worker", "notify-relay"} <= names


def test_files_that_the_page_names_are_there() -> None:
    made = {"mongo-users.js", "rabbitmq-definitions.json", "operator", "smtp_url"}
    given = {"ca.crt", "kustomization.yaml"}
    for path in PATHS.findall(PAGE):
        named = path.rstrip(".")
        if named.startswith("deploy/") and "college" not in named:
            assert (ROOT / named).exists(), named
        elif named.startswith("secrets/"):
            assert named.removeprefix("secrets/") in made | given
