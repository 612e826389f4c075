"""Who may open a connection to whom: as listed, and as the policies let them."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from tests.parts.kubernetes import Manifest

ROOT = Path(__file__).parents[2]
LIST = ROOT / "deploy" / "k8s" / "arrows.txt"
NAME, ROLE = "app.kubernetes.io/name", "app.kubernetes.io/component"
OUTSIDE = "outside"
MEMBERS = ("gateway", "catalog", "enrollment", "media", "learning", "notify")
DNS = 53
OPERATED = {
    "RabbitmqCluster": {NAME: "rabbitmq", ROLE: "rabbitmq"},
    "MongoDBCommunity": {"app": "mongo-svc"},
}
"""What the pods are labelled that an operator makes of a resource of ours."""


class Arrow(NamedTuple):
    """From one kind of pod to another, each NAME:ROLE, or from or to the outside."""

    source: str
    target: str
    port: int


def read_arrows(*places: str) -> set[Arrow]:
    """The list's arrows of these places."""
    lines = [line.split() for line in LIST.read_text("utf-8").splitlines()]
    return {
        Arrow(source, target, int(port))
        for sources, targets, port, where in (
            line for line in lines if line and not line[0].startswith("#")
        )
        if where in places
        for source in _ends_of(sources)
        for target in _ends_of(targets)
    }


def _ends_of(words: str) -> Iterator[str]:
    """`members:web,worker` as each member's web and worker."""
    name, _, roles = words.partition(":")
    for each in MEMBERS if name == "members" else (name,):
        yield from (f"{each}:{role}" for role in roles.split(",")) if roles else [each]


class Network:
    """Pods and policies of one overlay."""

    def __init__(self, manifests: Sequence[Manifest]) -> None:
        self.policies = [m for m in manifests if m["kind"] == "NetworkPolicy"]
        self.pods = dict(
            _pod_of(m["spec"]["template"])
            for m in manifests
            if m["kind"] in {"Deployment", "StatefulSet", "Job"}
        )
        for m in manifests:
            if labels := OPERATED.get(m["kind"]):
                self.pods[m["metadata"]["name"]] = labels

    def is_closed(self, pod: str) -> bool:
        """Whether nothing but what a policy names leaves the pod and reaches it."""
        directions = {
            direction
            for policy in self._policies_of(pod)
            for direction in policy["spec"]["policyTypes"]
        }
        return directions == {"Ingress", "Egress"}

    def find_arrows(self) -> set[Arrow]:
        """What both ends let pass; the way to the cluster's names aside."""
        leaving = set(self._find_open("Egress"))
        arriving = set(self._find_open("Ingress"))
        return {
            Arrow(source, target, port)
            for source, target, port in leaving | arriving
            if port != DNS
            and (source == OUTSIDE or (source, target, port) in leaving)
            and (target == OUTSIDE or (source, target, port) in arriving)
        }

    def _policies_of(self, pod: str) -> list[Manifest]:
        labels = self.pods[pod]
        chosen = (p for p in self.policies if "spec" in p)
        return [p for p in chosen if _is_meant(p["spec"]["podSelector"], labels)]

    def _find_open(self, direction: str) -> Iterator[Arrow]:
        side, peers = direction.lower(), "to" if direction == "Egress" else "from"
        for pod in self.pods:
            for policy in self._policies_of(pod):
                for rule in policy["spec"].get(side, []):
                    for port in rule["ports"]:
                        for other in self._find_peers(rule[peers]):
                            ends = (pod, other) if peers == "to" else (other, pod)
                            yield Arrow(*ends, port["port"])

    def _find_peers(self, peers: Sequence[Mapping[str, Any]]) -> Iterator[str]:
        for peer in peers:
            if "ipBlock" in peer or "namespaceSelector" in peer:
                yield OUTSIDE
            else:
                for name, labels in self.pods.items():
                    if _is_meant(peer["podSelector"], labels):
                        yield name


def _pod_of(template: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
    """A kind of pod under the name of the list, and its labels."""
    labels: dict[str, str] = template["metadata"]["labels"]
    name, role = labels[NAME], labels[ROLE]
    return f"{name}:{role}" if name in MEMBERS else name, labels


def _is_meant(selector: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    is_equal = all(
        labels.get(key) == value
        for key, value in selector.get("matchLabels", {}).items()
    )
    for wanted in selector.get("matchExpressions", []):
        assert wanted["operator"] == "In"
        is_equal = is_equal and labels.get(wanted["key"]) in wanted["values"]
    return is_equal
