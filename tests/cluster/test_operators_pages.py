"""What the pages for the seventh day tell to type names what is there."""

import re
import shlex

import pytest
from biyong.__main__ import app
from typer.testing import CliRunner

from tests.cluster import pages
from tests.cluster.overlays import render_overlay

pytestmark = pytest.mark.part("kustomize")
NAMED = re.compile(r"\b(?:deploy(?:ment)?|statefulset)/([\w-]+)|\bexec ([\w-]+)-0\b")
LABEL = re.compile(r"app\.kubernetes\.io/component(?:=| in \()([\w,-]+)")


def all_scripts() -> list[str]:
    return [
        script
        for name in pages.DAY_SEVEN
        for script in pages.find_scripts(pages.read_page(name))
    ]


@pytest.mark.parametrize("name", pages.DAY_SEVEN)
def test_each_page_has_something_to_type(name: str) -> None:
    scripts = pages.find_scripts(pages.read_page(name))
    assert any(pages.is_for_cluster(script) for script in scripts)


def test_commands_name_workloads_that_are_deployed() -> None:
    workloads = {
        m["metadata"]["name"]
        for m in render_overlay("local")
        if m["kind"] in {"Deployment", "StatefulSet"}
    }
    named = {
        name
        for script in all_scripts()
        for pair in NAMED.findall(script.replace(pages.OVERLAY, ""))
        for name in pair
        if name
    }
    assert len(named) > 5
    assert named <= workloads


def test_commands_choose_pods_by_labels_that_pods_have() -> None:
    roles = {
        m["spec"]["template"]["metadata"]["labels"]["app.kubernetes.io/component"]
        for m in render_overlay("local")
        if m["kind"] in {"Deployment", "StatefulSet"}
    }
    chosen = {
        role
        for script in all_scripts()
        for found in LABEL.findall(script)
        for role in found.split(",")
    }
    assert {"relay", "web"} <= chosen <= roles


def test_commands_of_the_platform_are_there() -> None:
    typed = [shlex.split(s) for s in all_scripts() if s.startswith("biyong ")]
    assert typed
    for words in typed:
        done = CliRunner().invoke(app, [*words[1:], "--help"])
        assert done.exit_code == 0, done.output


def test_links_between_pages_lead_somewhere() -> None:
    for name in pages.DAY_SEVEN:
        for path in re.findall(r"\]\(([\w./-]+)\)", pages.read_page(name)):
            assert (pages.FOLDER / path).exists(), (name, path)
