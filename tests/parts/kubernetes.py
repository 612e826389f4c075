"""What builds our manifests, and Kubernetes' own schemas to hold them to."""

import json
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.parts import having

KUSTOMIZE = "sigs.k8s.io/kustomize/kustomize/v5@v5.5.0"
"""The one within kubectl 1.32."""
SCHEMAS = having.PyPackage(
    "kubernetes-validate",
    "1.36.0",
    "fcafa2b657949a7cc7232dfb201c4d37e61b15e2f8b4936350b150be01ac5de5",
)
RELEASES = ("v1.28.0", "v1.36.0")
"""The oldest Kubernetes that we say we run on, and the newest."""
RESOURCES = {
    "gateway.networking.k8s.io": (
        having.GoSource(
            "sigs.k8s.io/gateway-api@v1.6.1",
            "h1:mock6phZbI6rvZerwrVNk7hVNymQgHo+6sJ81Ia7ftY=",
        ),
        "config/crd/standard",
    ),
    "cert-manager.io": (
        having.GoSource(
            "github.com/cert-manager/cert-manager@v1.20.0",
            "h1:czZamsFJ1YdKPhpv+SopJZN9t3W68vQBnFYUevSHGqY=",
        ),
        "deploy/crds",
    ),
    "keda.sh": (
        having.GoSource(
            "github.com/kedacore/keda/v2@v2.20.2",
            "h1:SR60v8uIcelbveS8n/1jcl8tLdBBIbHMxmdOHw8tKqA=",
        ),
        "config/crd/bases",
    ),
    "monitoring.coreos.com": (
        having.GoSource(
            "github.com/prometheus-operator/prometheus-operator@v0.85.0",
            "h1:M5xLCLEoaW2IJfnuCwFzzpL+jSVQu3KGT84Pye+fW8s=",
        ),
        "example/prometheus-operator-crd",
    ),
    "rabbitmq.com": (
        having.GoSource(
            "github.com/rabbitmq/cluster-operator@v1.14.0",
            "h1:1/nMyd9v/8T5IHA1BVcWbV0nrzN31F+gLP+0Ges6Y5E=",
        ),
        "config/crd/bases",
    ),
    "mongodbcommunity.mongodb.com": (
        having.GoSource(
            "github.com/mongodb/mongodb-kubernetes-operator@v0.9.0",
            "h1:1SBmpQznWVbUgzi+ScNCNv6z5pLBwsSe4DUDKxHzFwc=",
        ),
        "config/crd/bases",
    ),
}
"""API group → the newest of its definitions that the module proxy has, and where. The
two operators' own modules of today are not there: what we use of their resources is of
the same version of the API."""
WITHIN = "kubernetes_validate/kubernetes-json-schema"
Manifest = dict[str, Any]


def install() -> list[str]:
    """The command that builds a kustomization. Raises PartMissing."""
    kubectl = having.find("kubectl")
    if kubectl is not None:
        return [str(kubectl), "kustomize"]
    return [str(having.go_program("kustomize", KUSTOMIZE)), "build"]


def render_manifests(folder: Path) -> list[Manifest]:
    """The manifests of a kustomization, as `kubectl apply -k` would send them."""
    said = having.run(f"build {folder.name}", *install(), str(folder))
    return [one for one in yaml.load_all(said, yaml.CSafeLoader) if one]


def install_schemas() -> Path:
    """The archive with Kubernetes' schemas. Raises PartMissing."""
    return having.py_package(SCHEMAS)


@cache
def load_schema(release: str, api_version: str, kind: str) -> dict[str, Any] | None:
    """The strict schema of a kind, or None where that release has no such kind."""
    group, _, version = api_version.rpartition("/")
    name = "-".join(filter(None, (kind.lower(), group.split(".")[0], version)))
    with zipfile.ZipFile(install_schemas()) as archive:
        place = f"{WITHIN}/{release}-local-strict"
        try:
            text = archive.read(f"{place}/{name}.json").decode()
        except KeyError:
            return None
        definitions = archive.read(f"{place}/_definitions.json").decode()
    read: dict[str, Any] = json.loads(_refer_within(text))
    read["$defs"] = json.loads(_refer_within(definitions))["$defs"]
    return read


def _refer_within(text: str) -> str:
    """The schema with its definitions in itself, instead of in a file beside it."""
    return text.replace('"/api/_definitions.json#', '"#')


def install_resources() -> dict[str, Path]:
    """API group → the folder of its definitions. Raises PartMissing."""
    return {
        group: having.go_source(source) / folder
        for group, (source, folder) in RESOURCES.items()
    }


@cache
def load_resource(api_version: str, kind: str) -> dict[str, Any] | None:
    """The schema of an operator's resource, closed to fields that it does not name."""
    group, _, version = api_version.partition("/")
    folder = install_resources().get(group)
    for file in folder.glob("*.yaml") if folder else ():
        text = file.read_text("utf-8")
        if f"kind: {kind}\n" not in text:
            continue  # large, and some of them no YAML for Python
        for said in yaml.load_all(text, yaml.CSafeLoader):
            if said["spec"].get("names", {}).get("kind") == kind:
                for one in said["spec"]["versions"]:
                    if one["name"] == version:
                        schema = one["schema"]["openAPIV3Schema"]
                        return dict(_close_schema(schema, is_top=True))
    return None


def _close_schema(schema: Any, is_top: bool = False) -> Any:
    """The schema without room for what an API server would drop or refuse."""
    if isinstance(schema, list):
        return [_close_schema(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {
        name: (
            {key: _close_schema(one) for key, one in value.items()}
            if name == "properties"
            else _close_schema(value)
        )
        for name, value in schema.items()
        if name != "format"  # Go's own names of numbers
    }
    if is_top:
        closed["properties"]["metadata"] = {"type": "object"}
    is_open = schema.get("x-kubernetes-preserve-unknown-fields")
    if "properties" in schema and not is_open and schema.get("type") == "object":
        closed.setdefault("additionalProperties", False)
    return closed
