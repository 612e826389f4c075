"""What kube-score has against the overlays is mended, or stays for a written reason."""

import re
from dataclasses import dataclass

import pytest

from tests.cluster.overlays import ALL, FOLDER, render_overlay
from tests.parts.kube_score import Finding, find_findings

pytestmark = [pytest.mark.part("kustomize"), pytest.mark.part("kube-score")]
STAYS = FOLDER / "kube-score.txt"


@dataclass(frozen=True)
class Stays:
    """A line of the list: which finding, of which objects, and why."""

    check: str
    text: str
    objects: re.Pattern[str]
    why: str

    def is_of(self, finding: Finding) -> bool:
        """Whether the line speaks of this finding."""
        return (self.check, self.text) == (finding.check, finding.text) and bool(
            self.objects.fullmatch(finding.object)
        )


def load_list() -> list[Stays]:
    """Every line of the list."""
    lines = [
        line.split(" | ")
        for line in STAYS.read_text("utf-8").splitlines()
        if line and not line.startswith("#")
    ]
    return [
        Stays(check, text, re.compile(objects), why)
        for check, text, objects, why in lines
    ]


@pytest.mark.parametrize("overlay", ALL)
def test_an_overlay_has_no_finding_without_a_reason(overlay: str) -> None:
    listed = load_list()
    unargued = [
        finding
        for finding in sorted(find_findings(render_overlay(overlay)))
        if not any(line.is_of(finding) for line in listed)
    ]
    assert unargued == []


def test_no_reason_outlives_its_finding() -> None:
    findings = set().union(*(find_findings(render_overlay(name)) for name in ALL))
    listed = load_list()
    assert all(line.why for line in listed)
    stale = [
        line for line in listed if not any(line.is_of(finding) for finding in findings)
    ]
    assert stale == []


def test_what_has_become_unwise_is_found() -> None:
    manifests = render_overlay("existing")
    [web] = [
        m
        for m in manifests
        if (m["kind"], m["metadata"]["name"]) == ("Deployment", "catalog-web")
    ]
    pod = web["spec"]["template"]["spec"]
    [container] = pod["containers"]
    unwise = {**container, "image": "biyong/catalog:latest"}
    spec = {
        **web["spec"],
        "template": {
            **web["spec"]["template"],
            "spec": {**pod, "containers": [unwise]},
        },
    }
    rest = [m for m in manifests if m is not web]
    found = find_findings([*rest, {**web, "spec": spec}])
    assert {one.check for one in found - find_findings(manifests)} == {
        "container-image-tag"
    }
