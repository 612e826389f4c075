"""A cluster that may be filled and emptied: whoever runs the tests names it.

`KUBECONFIG` is the way to it, `CLUSTER_LOAD` the command that takes an image's archive
in, as `kind load image-archive`. The nodes must be reached by their addresses.
"""

import json
import os
import shlex
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.parts import having
from tests.parts.having import PartMissing

NAMESPACE = "biyong"
SECONDS = 1200
"""A rollout of all, and nothing hangs longer."""


@dataclass(frozen=True)
class Cluster:
    """A cluster, by `kubectl`."""

    load_command: tuple[str, ...]

    def try_kubectl(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run kubectl in our namespace; its output and exit code."""
        return subprocess.run(
            ["kubectl", f"--namespace={NAMESPACE}", *words],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )

    def kubectl(self, *words: str) -> str:
        """Run kubectl, which must succeed; what it wrote."""
        done = self.try_kubectl(*words)
        assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
        return done.stdout

    def get(self, *words: str) -> list[dict[str, Any]]:
        """The objects that `kubectl get` finds."""
        found: list[dict[str, Any]]
        found = json.loads(self.kubectl("get", *words, "--output=json"))["items"]
        return found

    def find_address(self) -> str:
        """Where a node is reached."""
        [node, *_] = self.get("nodes")
        return next(
            str(one["address"])
            for one in node["status"]["addresses"]
            if one["type"] == "InternalIP"
        )

    def load(self, archive: Path) -> None:
        """Take an image's archive in."""
        having.run(f"load {archive.name}", *self.load_command, str(archive))

    def run_within(self, pod: str, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command in a pod, or in one of a workload's (`deploy/NAME`)."""
        return self.try_kubectl("exec", pod, "--", *command)

    def evict(self, pod: str) -> bool:
        """Whether a pod was sent away, as whoever empties a node does; False where its
        budget forbids that."""
        eviction = {
            "apiVersion": "policy/v1",
            "kind": "Eviction",
            "metadata": {"name": pod, "namespace": NAMESPACE},
        }
        path = f"/api/v1/namespaces/{NAMESPACE}/pods/{pod}/eviction"
        done = subprocess.run(
            ["kubectl", "create", "--raw", path, "-f", "-"],
            input=json.dumps(eviction),
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        return done.returncode == 0

    def empty(self) -> None:
        """Remove all that is ours. Where volumes outlive their claims, each run needs
        fresh ones."""
        self.kubectl("delete", "namespace", NAMESPACE, "--ignore-not-found", "--wait")


def install() -> Cluster:
    """The cluster that the tests may have. Raises PartMissing."""
    load = os.environ.get("CLUSTER_LOAD", "")
    if not load:
        raise PartMissing("say how an image gets into a cluster of yours: CLUSTER_LOAD")
    having.require_programs("a cluster", "kubectl")
    having.run("ask the cluster of KUBECONFIG", "kubectl", "get", "nodes")
    return Cluster(tuple(shlex.split(load)))
