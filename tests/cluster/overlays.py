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
ALL = (*OVERLAYS, "existing+traces")
"""Those, and an overlay with a component that an operator may add to it."""


@cache
def render_overlay(name: str) -> list[Manifest]:
    """The manifests of an overlay, or of OVERLAY+COMPONENT. Raises PartMissing."""
    overlay, _, component = name.partition("+")
    place = Path(mkdtemp(prefix="biyong-overlay-"))
    try:
        folder = copy_overlays(place) / "overlays" / overlay
        if component:
            with (folder / "kustomization.yaml").open("a", encoding="utf-8") as file:
                file.write(f"components: [../../components/{component}]\n")
        return render_manifests(folder)
    finally:
        shutil.rmtree(place)


def copy_overlays(
    place: Path, make_secrets: Callable[[Path], None] = make_secret_files
) -> Path:
    """The folder with all overlays, each with secrets of its own."""
    folder = place / "k8s"
    shutil.copytree(FOLDER, folder, ignore=_find_secrets)
    shutil.copytree(FOLDER.parent / "monitoring", place / "monitoring")
    for secrets in folder.glob("overlays/*/secrets"):
        make_secrets(secrets)
    return folder


def find_places(name: str) -> set[str]:
    """In which of the places of the list of arrows an overlay's arrows stand."""
    overlay, _, added = name.partition("+")
    file = FOLDER / "overlays" / overlay / "kustomization.yaml"
    components = yaml.safe_load(file.read_text("utf-8")).get("components", [])
    names = {Path(component).name for component in components}
    return {"everywhere", overlay, added, *names}


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
    file = FOLDER / "overlays" / overlay.partition("+")[0]
    file = file / "secrets" / "kustomization.yaml"
    generated = yaml.safe_load(file.read_text("utf-8"))["secretGenerator"]
    return {one["name"]: one["files"] for one in generated}
