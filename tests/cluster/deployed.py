"""The overlay `local` on a cluster, with what tests add to it, and as a platform."""

import io
import json
import shutil
import tarfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from biyong.cluster_secrets import make_secret_files
from biyong.composed import USERS

from tests.cluster.arrows import MEMBERS as OWN
from tests.cluster.arrows import NAME, ROLE
from tests.cluster.overlays import ROOT, copy_overlays
from tests.parts import containers as having_containers
from tests.parts import having
from tests.parts.containers import MEMBERS, STAND_INS
from tests.parts.mongo import OLD_WIRE
from tests.parts.nodes import NAMESPACE, Cluster
from tests.platform.running import Platform, until

TAG = "tests"
PORT = 30080
"""Of every node, where the tests reach the edge."""
READY_SECONDS = 600
"""The bar: from nothing to ready on one node."""
DEMO_SECONDS = 600
WITHOUT_USERS = "mongodb://mongo:27017/?directConnection=true"
"""The stand-in for MongoDB knows no users."""
WORKLOADS = {"target": {"kind": "Deployment|Job", "name": ".*-.*|demo"}}
SEND_MAILS = (
    "import sys, tarfile\n"
    "with tarfile.open(fileobj=sys.stdout.buffer, mode='w|') as out:\n"
    "    out.add('/mails', '.')"
)


@dataclass
class Deployed(Platform):
    """The platform on a cluster, as the chain's steps want a platform."""

    cluster: Cluster
    address: str
    overlay: Path
    told: dict[str, Any] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return self.address

    @property
    def demo(self) -> dict[str, Any]:
        return self.told

    def await_demo(self) -> None:
        """Whom the demo has put in, once it has. Its job goes, as the page says: a job
        cannot be changed, and its settings will be."""
        done = ["--for=condition=complete", f"--timeout={DEMO_SECONDS}s"]
        self.cluster.kubectl("wait", "job/demo", *done)
        said = self.cluster.kubectl("logs", "job/demo")
        self.told = json.loads(said[said.index("\n{") :])
        file = self.overlay / "kustomization.yaml"
        overlay = yaml.safe_load(file.read_text("utf-8"))
        overlay["components"] = []
        file.write_text(yaml.safe_dump(overlay), encoding="utf-8")
        self.cluster.kubectl("delete", "job", "demo")

    def bring_mails(self) -> Path:
        """Fetch what notify has written so far."""
        command = ["kubectl", f"--namespace={NAMESPACE}", "exec", "deploy/notify-web"]
        sent = having.run_for_bytes(
            "bring mails", *command, "--", "python", "-c", SEND_MAILS
        )
        folder = self.home / "mails"
        with tarfile.open(fileobj=io.BytesIO(sent)) as mails:
            having.extract(mails, folder)
        return folder


def build_images(cluster: Cluster, folder: Path) -> None:
    """Build every image and take it into the cluster."""
    tools = having_containers.install()
    with having.kept("containers"):
        having_containers.make_bases(tools)
        names = [having_containers.build_member(tools, name) for name in MEMBERS]
        names.append(having_containers.build_edge(tools))
        _load(cluster, tools, [*names, *STAND_INS.values()], folder)


def build_release(cluster: Cluster, tag: str, folder: Path) -> None:
    """Build the images of a release of ours, under its tag, and take them in."""
    tree = folder / "tree"
    tree.mkdir()
    packed = having.run_for_bytes("a release", "git", "-C", str(ROOT), "archive", tag)
    with tarfile.open(fileobj=io.BytesIO(packed)) as files:
        having.extract(files, tree)
    tools = having_containers.install()
    with having.kept("containers"):
        names = [
            having_containers.build_member(tools, name, tree, tag) for name in MEMBERS
        ]
        names.append(having_containers.build_edge(tools, tree, tag))
        _load(cluster, tools, names, folder)


def _load(
    cluster: Cluster,
    tools: having_containers.Containers,
    names: Sequence[str],
    folder: Path,
) -> None:
    """Take images into the cluster."""
    for place, name in enumerate(names):
        archive = folder / f"{place}.tar"
        full = name if name.startswith("docker.io/") else f"docker.io/{name}"
        tools.well("buildah", "push", "-q", name, f"oci-archive:{archive}:{full}")
        cluster.load(archive)
        archive.unlink()


def write_overlay(folder: Path, address: str) -> Path:
    """The overlay `local` with the demo, and what the stand-ins need."""
    overlays = copy_overlays(folder, _make_secrets)
    place = overlays / "overlays" / "on-a-node"
    place.mkdir()
    shutil.copy(OLD_WIRE / "sitecustomize.py", place)
    images = [{"name": f"biyong/{name}", "newTag": TAG} for name in (*MEMBERS, "edge")]
    said = {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "namespace": NAMESPACE,
        "resources": ["../local"],
        "components": ["../../components/demo"],
        "images": images,
        "configMapGenerator": [
            {"name": "old-wire", "files": ["sitecustomize.py"]},
            {
                "name": "settings",
                "behavior": "merge",
                "literals": [f"ALLOWED_HOSTS=gateway:8000,{address}"],
            },
        ],
        "patches": [_patch_workloads(), _patch_service(), _patch_policy()],
    }
    (place / "kustomization.yaml").write_text(yaml.safe_dump(said), encoding="utf-8")
    return place


def _make_secrets(secrets: Path) -> None:
    for name in USERS:
        (secrets / f"mongo_url.{name}").write_text(WITHOUT_USERS, encoding="ascii")
    make_secret_files(secrets)


def _patch_workloads() -> dict[str, Any]:
    """A driver that takes the old wire version of the stand-in."""
    mount = {"name": "old-wire", "mountPath": "/old_wire", "readOnly": True}
    path = "/spec/template/spec"
    added = [
        (f"{path}/volumes/-", {"name": "old-wire", "configMap": {"name": "old-wire"}}),
        (f"{path}/containers/0/volumeMounts/-", mount),
        (
            f"{path}/containers/0/env/-",
            {"name": "PYTHONPATH", "value": "/old_wire"},
        ),
    ]
    ops = [{"op": "add", "path": path, "value": value} for path, value in added]
    return {**WORKLOADS, "patch": yaml.safe_dump(ops)}


def _patch_service() -> dict[str, Any]:
    ops = [
        {"op": "add", "path": "/spec/type", "value": "NodePort"},
        {"op": "add", "path": "/spec/ports/0/nodePort", "value": PORT},
    ]
    target = {"kind": "Service", "name": "edge"}
    return {"target": target, "patch": yaml.safe_dump(ops)}


def _patch_policy() -> dict[str, Any]:
    """Without addresses of IPv6: the node has none, and what enforces its policies
    takes none of a namespace as soon as one names them."""
    ops = [
        {"op": "test", "path": "/spec/egress/0/to/1/ipBlock/cidr", "value": "::/0"},
        {"op": "remove", "path": "/spec/egress/0/to/1"},
    ]
    target = {"kind": "NetworkPolicy", "name": "from-enrollment-to-webhooks"}
    return {"target": target, "patch": yaml.safe_dump(ops)}


@contextmanager
def running_on(cluster: Cluster, folder: Path) -> Iterator[Deployed]:
    """The platform on the cluster from nothing to ready, and gone again."""
    cluster.empty()
    build_images(cluster, folder)
    address = f"{cluster.find_address()}:{PORT}"
    overlay = write_overlay(folder, address)
    try:
        cluster.kubectl("apply", "-k", str(overlay))
        until(lambda: count_unready(cluster) == 0, READY_SECONDS, every=2.0)
        home = folder / "home"
        (home / "mails").mkdir(parents=True)
        yield Deployed(
            home,
            None,  # type: ignore[arg-type]
            home / "log",
            {},
            cluster,
            f"http://{address}",
            overlay,
        )
    finally:
        cluster.empty()


def count_unready(cluster: Cluster) -> int:
    """How many pods the workloads still wait for."""
    return sum(
        one["spec"]["replicas"] - one["status"].get("readyReplicas", 0)
        for one in cluster.get("deployments,statefulsets")
    )


def find_pods(platform: Deployed) -> dict[str, list[dict[str, Any]]]:
    """NAME:ROLE of the list of arrows → the pods of the kind that run."""
    pods: dict[str, list[dict[str, Any]]] = {}
    for pod in platform.cluster.get("pods", "--field-selector=status.phase=Running"):
        labels = pod["metadata"]["labels"]
        name, role = labels[NAME], labels[ROLE]
        kind = f"{name}:{role}" if name in OWN else name
        pods.setdefault(kind, []).append(pod)
    return pods
