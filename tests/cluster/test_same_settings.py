"""Compose and Kubernetes start the same processes with the same settings."""

import re
from typing import Any

import pytest
import yaml
from biyong.composed import USERS

from tests.cluster.overlays import OVERLAYS, ROOT, render_overlay
from tests.parts.kubernetes import Manifest

pytestmark = pytest.mark.part("kustomize")
OF_A_ROLE = {"ROLE", "DRAIN_PAUSE_SECONDS", "GRACE_SECONDS"}
"""What differs between roles, which compose runs in one process."""
AS_FILES = {"METRICS_TOKEN", "OTEL_EXPORTER_OTLP_HEADERS"}
"""Secrets that compose takes from `.env`, where nobody but its owner looks."""
OWN_COLLECTOR = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://traces:4318"}
"""The overlay brings it; compose leaves it to `.env`."""
DEFAULT = re.compile(r"\$\{\w+:-([^}]*)\}")


def read_composed(service: str) -> dict[str, str]:
    """A service's environment in docker-compose.yml, as `.env` leaves it."""
    said = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
    environment = said["services"][service]["environment"]
    return {name: DEFAULT.sub(r"\1", str(v)) for name, v in environment.items()}


def read_deployed(
    manifests: list[Manifest], name: str, container_name: str = "member"
) -> dict[str, str]:
    """The environment of a deployment's container, its ConfigMaps included."""
    maps = {
        m["metadata"]["name"]: m["data"] for m in manifests if m["kind"] == "ConfigMap"
    }
    [deployment] = [
        m
        for m in manifests
        if m["kind"] == "Deployment" and m["metadata"]["name"] == name
    ]
    containers = deployment["spec"]["template"]["spec"]["containers"]
    [container] = [one for one in containers if one["name"] == container_name]
    said: dict[str, Any] = {}
    for source in container.get("envFrom", []):
        said |= maps[source["configMapRef"]["name"]]
    for one in container.get("env", []):
        said[one["name"]] = one.get("value") or _find_in(maps, one["valueFrom"])
    return said


def _find_in(maps: dict[str, dict[str, str]], source: dict[str, Any]) -> str:
    reference = source["configMapKeyRef"]
    return maps[reference["name"]][reference["key"]]


@pytest.mark.parametrize("role", ["web", "worker", "relay"])
@pytest.mark.parametrize("member", sorted(USERS))
def test_a_member_is_told_the_same_by_compose_and_kubernetes(
    member: str, role: str
) -> None:
    deployed = read_deployed(render_overlay("local"), f"{member}-{role}")
    composed = read_composed(member)
    assert {name.removesuffix("_FILE") for name in deployed} >= AS_FILES
    for name in AS_FILES & set(composed):
        assert composed.pop(name) == ""
    told = {name: value for name, value in deployed.items() if name in composed}
    assert told == composed | OWN_COLLECTOR


@pytest.mark.parametrize("member", sorted(USERS))
def test_what_kubernetes_says_beyond_it_is_for_others_or_for_the_role(
    member: str,
) -> None:
    deployed = set(read_deployed(render_overlay("local"), f"{member}-web"))
    said_by_compose = {name for service in USERS for name in read_composed(service)}
    beyond = deployed - said_by_compose - OF_A_ROLE
    assert beyond == {f"{name}_FILE" for name in AS_FILES}


@pytest.mark.parametrize("member", sorted(USERS))
def test_compose_and_kubernetes_run_the_same_image(member: str) -> None:
    said = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
    composed = DEFAULT.sub(r"\1", said["services"][member]["image"])
    images = {
        m["spec"]["template"]["spec"]["containers"][0]["image"]
        for m in render_overlay("local")
        if m["kind"] in {"Deployment", "Job"}
        and m["metadata"]["name"].startswith(f"{member}-")
    }
    assert images == {composed}


@pytest.mark.parametrize(("service", "name"), [("edge", "edge"), ("edge-feed", "feed")])
def test_the_edge_and_its_feed_are_told_the_same_by_both(
    service: str, name: str
) -> None:
    deployed = read_deployed(render_overlay("local"), "edge", name)
    assert deployed == read_composed(service)


def test_the_parts_beside_us_are_those_of_the_composition() -> None:
    said = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))["services"]
    parts = {
        m["metadata"]["name"]: m["spec"]["template"]["spec"]["containers"][0]["image"]
        for m in render_overlay("local")
        if m["kind"] == "StatefulSet"
    }
    assert parts == {name: said[name]["image"] for name in parts}
    assert set(parts) == {"mongo", "rabbitmq", "objects"}


def test_every_overlay_names_one_release() -> None:
    for overlay in OVERLAYS:
        tags = {
            container["image"].rpartition(":")[2]
            for m in render_overlay(overlay)
            if m["kind"] in {"Deployment", "Job"}
            for container in m["spec"]["template"]["spec"]["containers"]
            if container["image"].startswith("biyong/")
        }
        assert len(tags) == 1, overlay
