"""Container images built and run for real, without a registry.

Base images cannot be pulled where the tests run: they are made from Debian trees and
tagged with the names that the recipe and docker-compose.yml use. Images and volumes
lie in the cache of parts, apart from the machine's own.
"""

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.parts import collector, having, mongo, rabbitmq, s3

PACKAGES = (
    "podman", "buildah", "runc", "netavark", "aardvark-dns", "uidmap", "iptables",
)  # fmt: skip
PYTHON = "docker.io/library/python:3.11-slim-bookworm"
STAND_INS = {
    "rabbitmq": "docker.io/library/rabbitmq:4.0-management",
    "mongo": "docker.io/library/mongo:8.0",
    "objects": "docker.io/versity/versitygw:v1.8.0",
    "traces": "docker.io/otel/opentelemetry-collector:0.161.0",
}
MEMBERS = (
    "cli", "gateway", "catalog", "enrollment", "media", "learning", "notify",
)  # fmt: skip
RECIPES = Path(__file__).parent / "standins"
ROOT = Path(__file__).parents[2]
CONFIG = """\
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1000:1000"]
[engine]
cgroup_manager = "cgroupfs"
runtime = "runc"
events_logger = "file"
"""
STORAGE = """\
[storage]
driver = "overlay"
graphroot = "{folder}/graph"
runroot = "{folder}/run"
"""
MODULES = "java.base,java.logging,java.management,java.naming,java.sql,java.xml"
SECONDS = 600


@dataclass(frozen=True)
class Containers:
    """Podman and buildah with a store of their own."""

    folder: Path

    @property
    def environ(self) -> dict[str, str]:
        """What makes the tools use that store, and runc without systemd."""
        return {
            **os.environ,
            "PATH": having.search_path(),
            "CONTAINERS_CONF": str(self.folder / "containers.conf"),
            "CONTAINERS_STORAGE_CONF": str(self.folder / "storage.conf"),
        }

    def run(
        self, *command: str, environ: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run one of the tools; its output and exit code."""
        return subprocess.run(
            command,
            env={**self.environ, **(environ or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )

    def well(self, *command: str, environ: Mapping[str, str] | None = None) -> str:
        """Run one that must succeed; what it wrote."""
        done = self.run(*command, environ=environ)
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
        return done.stdout

    def build(self, recipe: Path, context: Path, name: str, *options: str) -> None:
        """Build an image with buildah."""
        self.well(
            "buildah", "bud", "--isolation", "chroot", "--network", "host",
            *options, "-f", str(recipe), "-t", name, str(context),
        )  # fmt: skip

    def take(self, tree: Path, name: str) -> None:
        """A Debian tree as a base image."""
        if self.run("podman", "image", "exists", name).returncode == 0:
            return
        pack = ["tar", "-C", str(tree), "--exclude=./var/cache/apt", "-c", "."]
        with subprocess.Popen(pack, stdout=subprocess.PIPE) as packing:
            subprocess.run(
                ["podman", "import", "-q", "-", name],
                env=self.environ,
                stdin=packing.stdout,
                capture_output=True,
                timeout=SECONDS,
                check=True,
            )


def install() -> Containers:
    """The tools, a store for them, and all that base images are made of.

    Raises PartMissing.
    """
    having.require_root("podman")
    having.require_programs("a Java runtime for images", "javac", "jlink")
    for part in (rabbitmq, mongo, s3, collector):
        part.install()
    _python_tree()
    missing = [tool for tool in ("podman", "buildah", "runc") if not having.find(tool)]
    if missing or not Path("/usr/lib/podman/aardvark-dns").exists():
        having.packages("podman", *PACKAGES)
    folder = having.cache() / "containers"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "containers.conf").write_text(CONFIG)
    (folder / "storage.conf").write_text(STORAGE.format(folder=folder))
    return Containers(folder)


def make_bases(containers: Containers) -> None:
    """Python's base image and the stand-ins for the servers' images."""
    python = _python_tree()
    tree = having.cache() / rabbitmq.FOUR.tree
    containers.take(python, PYTHON)
    containers.take(python, "localhost/trees/python")
    containers.take(tree, "localhost/trees/rabbitmq")
    context = _context(containers.folder)
    for name, image in STAND_INS.items():
        recipe = RECIPES / f"{name}.Containerfile"
        containers.build(recipe, context, image, "-q", "--layers")


def _python_tree() -> Path:
    """What stands in for Python's image."""
    return having.debian_tree(
        "python-3.11", "bookworm", "python3,python3-venv,ca-certificates"
    )


def _context(folder: Path) -> Path:
    """What the stand-ins are built from."""
    context = folder / "context"
    shutil.rmtree(context, ignore_errors=True)
    classes = context / "classes"
    shutil.copytree(mongo.install(), classes)
    shutil.copy(s3.install(), context / "versitygw")
    shutil.copy(collector.install(), context / "collector")
    for script in ("mongosh", "wget"):
        shutil.copy(RECIPES / script, context / script)
    having.run(
        "compile the mongo stand-in",
        "javac", "-cp", f"{classes}/*", "-d", str(classes), str(mongo.MAIN),
    )  # fmt: skip
    having.run(
        "link a Java runtime",
        "jlink", "--add-modules", f"{MODULES},jdk.unsupported", "--strip-debug",
        "--no-header-files", "--no-man-pages", "--output", str(context / "jre"),
    )  # fmt: skip
    return context


def build_member(
    containers: Containers, member: str, tree: Path = ROOT, tag: str = "tests"
) -> str:
    """Build a member's image of a tree by its own recipe; its name."""
    argument = f"MEMBER={member}"
    return _build_ours(
        containers, tree, "Containerfile", f"{member}:{tag}", "--build-arg", argument
    )


def build_edge(containers: Containers, tree: Path = ROOT, tag: str = "tests") -> str:
    """Build the edge's image of a tree by its own recipe; its name."""
    return _build_ours(containers, tree, "edge/Containerfile", f"edge:{tag}")


def _build_ours(
    containers: Containers, tree: Path, recipe: str, name: str, *options: str
) -> str:
    image = f"biyong/{name}"
    files = ("/etc/ssl/certs", "/etc/pip.conf")
    mounts = [f"-v={file}:{file}:ro" for file in files if Path(file).exists()]
    recipe_file = tree / "deploy" / recipe
    containers.build(recipe_file, tree, image, "-q", "--layers", *mounts, *options)
    return image
