"""The overlays as `kubectl apply -k` sends them, with secrets made for the test."""

import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import yaml
from biyong.cluster_secrets import make_secret_files

from tests.parts.kubernetes import Manifest, render_manifests

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "deploy" / "k8s"
OVERLAYS = sorted(path.name for path in (FOLDER / "overlays").iterdir())


@cache
def render_overlay(name: str) -> list[Manifest]:
    """An overlay's manifests. Raises PartMissing."""
    place = Path(mkdtemp(prefix="biyong-overlay-"))
    try:
        return render_manifests(copy_overlays(place) / "overlays" / name)
    finally:
        shutil.rmtree(place)


def copy_overlays(
    place: Path, make_secrets: Callable[[Path], None] = make_secret_files
) -> Path:
    """The folder with all overlays, each with secrets of its own."""
    folder = place / "k8s"
    shutil.copytree(FOLDER, folder, ignore=_find_secrets)
    for secrets in folder.glob("overlays/*/secrets"):
        make_secrets(secrets)
    return folder


def _find_secrets(folder: str, names: list[str]) -> list[str]:
    """What lies in a checkout beside its secrets' list, and is nobody's business."""
    if Path(folder).name != "secrets":
        return []
    return [name for name in names if name != "kustomization.yaml"]


def find_pods(manifests: list[Manifest]) -> dict[str, Manifest]:
    """Each workload's pod template's spec, by KIND/NAME."""
    return {
        f"{m['kind']}/{m['metadata']['name']}": m["spec"]["template"]["spec"]
        for m in manifests
        if m["kind"] in {"Deployment", "StatefulSet", "Job"}
    }


def list_secret_files(overlay: str) -> dict[str, list[str]]:
    """Secret → the files that it is made of, as an overlay's list says."""
    file = FOLDER / "overlays" / overlay / "secrets" / "kustomization.yaml"
    generated = yaml.safe_load(file.read_text("utf-8"))["secretGenerator"]
    return {one["name"]: one["files"] for one in generated}
