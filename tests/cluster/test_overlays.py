"""Every overlay builds, Kubernetes knows it, and no pod has more than it needs."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import jsonschema_rs
import pytest
from biyong.composed import GROUP, OWNERS, USERS, WRITERS

from tests.cluster.arrows import MEMBERS
from tests.cluster.overlays import (
    ALL,
    OVERLAYS,
    find_pods,
    list_secret_files,
    render_overlay,
)
from tests.parts.kubernetes import (
    RELEASES,
    RESOURCES,
    Manifest,
    load_resource,
    load_schema,
)

pytestmark = pytest.mark.part("kustomize")
of_every_overlay = pytest.mark.parametrize("overlay", ALL)
ROLES = ("web", "worker", "relay")
SHARED = {"keys.json", "metrics_token", "otel_headers"}


@pytest.mark.part("kubernetes-schemas")
@pytest.mark.parametrize("release", RELEASES)
@of_every_overlay
def test_manifests_are_strictly_what_kubernetes_knows(
    overlay: str, release: str
) -> None:
    for manifest in render_overlay(overlay):
        schema = load_schema(release, manifest["apiVersion"], manifest["kind"])
        if schema is None:
            assert manifest["apiVersion"].partition("/")[0] in RESOURCES
        else:
            assert find_faults(schema, manifest) == []


@pytest.mark.part("kubernetes-resources")
@of_every_overlay
def test_what_operators_are_asked_for_is_strictly_what_they_know(overlay: str) -> None:
    for manifest in render_overlay(overlay):
        if manifest["apiVersion"].partition("/")[0] not in RESOURCES:
            continue
        schema = load_resource(manifest["apiVersion"], manifest["kind"])
        assert schema is not None, manifest["kind"]
        assert find_faults(schema, manifest) == []


@pytest.mark.part("kubernetes-schemas")
@pytest.mark.part("kubernetes-resources")
@pytest.mark.parametrize(
    "kind", ["Deployment", "RabbitmqCluster", "HTTPRoute", "PodMonitor"]
)
def test_a_field_that_is_misspelt_would_be_noticed(kind: str) -> None:
    [manifest, *_] = [m for m in render_overlay("production") if m["kind"] == kind]
    version = manifest["apiVersion"]
    load = partial(load_schema, RELEASES[0]) if kind == "Deployment" else load_resource
    schema = load(version, kind)
    assert schema is not None
    assert find_faults(schema, manifest) == []
    misspelt = {**manifest, "spec": {**manifest["spec"], "replica": 2}}
    assert len(find_faults(schema, misspelt)) == 1


def find_faults(schema: dict[str, Any], manifest: Manifest) -> list[str]:
    """What a schema has against a manifest."""
    name, faults = manifest["metadata"]["name"], jsonschema_rs.validator_for(schema)
    return [
        f"{name} {fault.instance_path}: {fault.message[:200]}"
        for fault in faults.iter_errors(manifest)
    ]


@of_every_overlay
def test_each_member_has_its_roles_apart_and_two_of_each(overlay: str) -> None:
    deployments = {
        m["metadata"]["name"]: m
        for m in render_overlay(overlay)
        if m["kind"] == "Deployment"
    }
    wanted = {f"{member}-{role}" for member in MEMBERS for role in ROLES}
    assert wanted <= set(deployments)
    for name in wanted:
        assert deployments[name]["spec"].get("replicas", 2) == 2, name
        [container] = deployments[name]["spec"]["template"]["spec"]["containers"]
        role = name.rpartition("-")[2]
        assert {"name": "ROLE", "value": role} in container["env"]


@of_every_overlay
def test_every_pod_is_as_restricted_as_can_be(overlay: str) -> None:
    for name, pod in find_pods(render_overlay(overlay)).items():
        said = pod["securityContext"]
        assert said["runAsNonRoot"], name
        assert said["runAsUser"] >= 999, name
        assert said["seccompProfile"] == {"type": "RuntimeDefault"}, name
        assert pod["automountServiceAccountToken"] is False, name
        assert not {"hostNetwork", "hostPID", "hostIPC"} & set(pod), name
        for container in pod["containers"]:
            own = container["securityContext"]
            assert own["allowPrivilegeEscalation"] is False, name
            assert own["readOnlyRootFilesystem"], name
            assert own["capabilities"] == {"drop": ["ALL"]}, name
            resources = container["resources"]
            assert set(resources["requests"]) == {"cpu", "memory"}, name
            assert "memory" in resources["limits"], name
        for volume in pod["volumes"]:
            assert "sizeLimit" in volume.get("emptyDir", {"sizeLimit": ""}), name


@of_every_overlay
def test_no_secret_stands_in_an_environment(overlay: str) -> None:
    for name, pod in find_pods(render_overlay(overlay)).items():
        for container in pod["containers"]:
            sources = container.get("env", []) + container.get("envFrom", [])
            assert not any("secret" in str(one).lower() for one in _inside(sources)), (
                name
            )


def _inside(sources: list[dict[str, Any]]) -> Iterator[Any]:
    """What a variable's value is taken from, if it is not written there."""
    for source in sources:
        yield source.get("valueFrom", {})
        yield source.get("secretRef", {})


@of_every_overlay
def test_a_member_mounts_its_own_secret_and_the_shared_one(overlay: str) -> None:
    for name, pod in find_pods(render_overlay(overlay)).items():
        member = name.partition("/")[2].partition("-")[0]
        if member not in MEMBERS:
            continue
        assert pod["securityContext"]["runAsUser"] == USERS[member]
        assert pod["securityContext"]["fsGroup"] == GROUP
        [volume] = [v for v in pod["volumes"] if v["name"] == "secrets"]
        said = volume["projected"]
        assert said["defaultMode"] == 0o440
        sources = [one["secret"] for one in said["sources"]]
        names = [source["name"].partition("-")[0] for source in sources]
        assert names[:2] == ["shared", member]
        for source in sources[2:]:  # an authority, and never its key
            assert source["items"] == [{"key": "ca.crt", "path": "ca.crt"}]


@of_every_overlay
def test_each_file_is_in_the_secret_of_whom_it_is_for(overlay: str) -> None:
    files = list_secret_files(overlay)
    assert set(files["shared"]) == SHARED
    for member, user in WRITERS.items():
        owned = {name for name, owner in OWNERS.items() if owner == user}
        assert {file.partition("=")[0] for file in files[member]} == owned


@of_every_overlay
def test_a_stop_leaves_a_process_the_time_that_it_is_given(overlay: str) -> None:
    for name, pod in find_pods(render_overlay(overlay)).items():
        kind, _, workload = name.partition("/")
        if kind != "Deployment" or workload.rpartition("-")[2] not in ROLES:
            continue
        [container] = pod["containers"]
        said = {one["name"]: one.get("value", "") for one in container["env"]}
        pause = float(said.get("DRAIN_PAUSE_SECONDS", "0"))
        whole = pause + float(said["GRACE_SECONDS"])
        assert pod["terminationGracePeriodSeconds"] >= whole + 5, name
        assert bool(pause) == (said["ROLE"] == "web"), name


@of_every_overlay
def test_every_role_has_the_three_probes_and_a_budget(overlay: str) -> None:
    manifests = render_overlay(overlay)
    budgets = {
        tuple(sorted(m["spec"]["selector"]["matchLabels"].items()))
        for m in manifests
        if m["kind"] == "PodDisruptionBudget"
    }
    for manifest in manifests:
        if manifest["kind"] == "Deployment":
            name, spec = manifest["metadata"]["name"], manifest["spec"]
            [container, *beside] = spec["template"]["spec"]["containers"]
            assert {"startupProbe", "readinessProbe", "livenessProbe"} <= set(container)
            assert all("livenessProbe" in one for one in beside)
            chosen = tuple(sorted(spec["selector"]["matchLabels"].items()))
            assert chosen in budgets, name


def test_no_two_workloads_of_an_overlay_share_their_pods() -> None:
    for overlay in OVERLAYS:
        chosen = [
            tuple(sorted(m["spec"]["selector"]["matchLabels"].items()))
            for m in _find_deployments(render_overlay(overlay))
        ]
        assert len(set(chosen)) == len(chosen)


def _find_deployments(manifests: list[Manifest]) -> list[Manifest]:
    return [m for m in manifests if m["kind"] in {"Deployment", "StatefulSet"}]
