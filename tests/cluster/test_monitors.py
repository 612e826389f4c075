"""Prometheus is led to every role of every member, and members to their collector."""

import re
from typing import Any

import pytest

from tests.cluster.arrows import MEMBERS, NAME, ROLE, Network
from tests.cluster.overlays import render_overlay
from tests.cluster.test_same_settings import read_deployed
from tests.parts.kubernetes import Manifest

pytestmark = pytest.mark.part("kustomize")
ROLES = ("web", "worker", "relay")


def find_one(manifests: list[Manifest], kind: str, name: str) -> Manifest:
    [found] = [
        m for m in manifests if m["kind"] == kind and m["metadata"]["name"] == name
    ]
    return found


@pytest.fixture(scope="module")
def production() -> list[Manifest]:
    return render_overlay("production")


@pytest.fixture(scope="module")
def monitor(production: list[Manifest]) -> dict[str, Any]:
    spec: dict[str, Any] = find_one(production, "PodMonitor", "biyong")["spec"]
    return spec


def test_a_monitor_chooses_every_role_of_every_member_and_nothing_else(
    production: list[Manifest], monitor: dict[str, Any]
) -> None:
    wanted = monitor["selector"]["matchExpressions"]
    chosen = {
        name
        for name, labels in Network(production).pods.items()
        if all(labels.get(one["key"]) in one["values"] for one in wanted)
    }
    assert chosen == {f"{member}:{role}" for member in MEMBERS for role in ROLES}


def test_a_monitor_asks_at_a_port_that_pods_have_and_bears_the_token_of_the_secret(
    production: list[Manifest], monitor: dict[str, Any]
) -> None:
    [endpoint] = monitor["podMetricsEndpoints"]
    for member in MEMBERS:
        for role in ROLES:
            deployment = find_one(production, "Deployment", f"{member}-{role}")
            [container] = deployment["spec"]["template"]["spec"]["containers"]
            assert endpoint["port"] in {port["name"] for port in container["ports"]}
    token = endpoint["authorization"]["credentials"]
    secret = find_one(production, "Secret", token["name"])
    assert token["name"].startswith("shared-")
    assert token["key"] in secret["data"]


def test_processes_bear_the_labels_that_dashboards_and_alerts_ask_for(
    monitor: dict[str, Any],
) -> None:
    [endpoint] = monitor["podMetricsEndpoints"]
    named = {one["targetLabel"]: one["sourceLabels"] for one in endpoint["relabelings"]}
    for label, of_pod in {"member": NAME, "role": ROLE}.items():
        plain = re.sub(r"\W", "_", of_pod)
        assert named[label] == [f"__meta_kubernetes_pod_label_{plain}"]
    assert monitor["jobLabel"] == "app.kubernetes.io/part-of"  # whose value is biyong


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("member", MEMBERS)
def test_members_send_their_traces_where_the_collector_listens(
    member: str, role: str
) -> None:
    manifests = render_overlay("local+traces")
    told = read_deployed(manifests, f"{member}-{role}")
    service = find_one(manifests, "Service", "traces")
    [port] = service["spec"]["ports"]
    assert told["OTEL_EXPORTER_OTLP_ENDPOINT"] == f"http://traces:{port['port']}"
    [text] = [
        m["data"]["collector.yaml"]
        for m in manifests
        if m["kind"] == "ConfigMap" and "collector.yaml" in m["data"]
    ]
    assert f"0.0.0.0:{port['port']}" in text
