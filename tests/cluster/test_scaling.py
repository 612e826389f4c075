"""How many pods there are is said by what the platform shows, within written bounds."""

import importlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
from chassis.broker.topology import PARTITIONS
from prometheus_client import REGISTRY

from tests.cluster.arrows import MEMBERS
from tests.cluster.overlays import render_overlay
from tests.cluster.test_monitors import find_one
from tests.parts.kubernetes import Manifest
from tests.parts.prometheus import run_promtool

pytestmark = pytest.mark.part("kustomize")
METRIC = re.compile(r"\bbiyong_\w+(?=\{)")
AGE = "biyong_event_age_seconds_bucket"
of_every_member = pytest.mark.parametrize("member", MEMBERS)


def find_scaler(member: str, role: str) -> Manifest:
    kind = {"web": "HorizontalPodAutoscaler", "worker": "ScaledObject"}[role]
    return find_one(render_overlay("production"), kind, f"{member}-{role}")


def find_queries(member: str) -> list[tuple[str, float]]:
    """What KEDA asks Prometheus for a worker, and the number it compares with."""
    asked = [
        one["metadata"] for one in find_scaler(member, "worker")["spec"]["triggers"]
    ]
    return [(one["query"], float(one["threshold"])) for one in asked]


@of_every_member
def test_web_and_worker_are_scaled_between_two_and_what_there_is_work_for(
    member: str,
) -> None:
    for role, least, most in (
        ("web", "minReplicas", "maxReplicas"),
        ("worker", "minReplicaCount", "maxReplicaCount"),
    ):
        spec = find_scaler(member, role)["spec"]
        assert 2 == spec[least] < spec[most] <= PARTITIONS
        assert spec["scaleTargetRef"]["name"] == f"{member}-{role}"
        manifests = render_overlay("production")
        target = find_one(manifests, "Deployment", f"{member}-{role}")
        assert "replicas" not in target["spec"]


def test_pods_go_more_slowly_than_they_come() -> None:
    for member in MEMBERS:
        said = find_scaler(member, "worker")["spec"]["advanced"]
        of_worker = said["horizontalPodAutoscalerConfig"]["behavior"]
        of_web = find_scaler(member, "web")["spec"]["behavior"]
        for behavior in (of_worker, of_web):
            assert behavior["scaleDown"]["stabilizationWindowSeconds"] >= 300


@of_every_member
def test_what_is_asked_for_is_what_processes_show(member: str) -> None:
    importlib.import_module("chassis.telemetry.metrics")
    shown = {metric.name for metric in REGISTRY.collect()}
    for query, _ in find_queries(member):
        names = {name.removesuffix("_bucket") for name in METRIC.findall(query)}
        assert names
        assert names <= shown


@pytest.mark.part("prometheus")
@of_every_member
def test_late_events_bring_workers_and_silence_brings_none(
    member: str, tmp_path: Path
) -> None:
    """At rest the query is 0, a number, whatever KEDA makes of none."""
    worker = f'namespace="biyong",pod="{member}-worker-7d-x"'
    query, threshold = find_queries(member)[0]
    rest, fast, late = (
        {f'{AGE}{{{worker},le="{le}"}}': values for le, values in buckets.items()}
        for buckets in (
            {"5": "7x40", "60": "7x40", "+Inf": "7x40"},
            {"5": "0+9x40", "60": "0+9x40", "+Inf": "0+9x40"},
            {"5": "0x40", "60": "0+9x40", "+Inf": "0+9x40"},
        )
    )
    assert ask_promtool(tmp_path, query, "== bool 0", rest, {}) == ""
    assert ask_promtool(tmp_path, query, f"<= bool {threshold}", fast) == ""
    assert ask_promtool(tmp_path, query, f"> bool {threshold}", late) == ""


@pytest.mark.part("prometheus")
def test_a_lecture_that_waits_brings_workers_of_media(tmp_path: Path) -> None:
    query, threshold = find_queries("media")[1]
    labels = '{namespace="biyong",kind="lecture",pod="media-worker-7d-x"}'
    series = f"biyong_job_overdue_seconds{labels}"
    assert ask_promtool(tmp_path, query, "== bool 0", {series: "0x40"}, {}) == ""
    waits = {series: "0+60x40"}
    assert ask_promtool(tmp_path, query, f"> bool {threshold}", waits) == ""


def ask_promtool(folder: Path, query: str, holds: str, *many: dict[str, str]) -> str:
    """What promtool has against a comparison that holds over each of these series."""
    asked: dict[str, Any] = {
        "expr": f"({query}) {holds}",
        "eval_time": "15m",
        "exp_samples": [{"labels": "{}", "value": 1}],
    }
    cases = [
        {
            "interval": "30s",
            "input_series": [
                {"series": name, "values": values} for name, values in series.items()
            ],
            "promql_expr_test": [asked],
        }
        for series in many
    ]
    file = folder / "cases.json"
    file.write_text(json.dumps({"tests": cases}), encoding="utf-8")
    code, output = run_promtool("test", "rules", str(file))
    return output if code else ""
