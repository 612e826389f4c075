"""How a real part comes to this machine: from the PATH, or once into the cache.

The cache is `BIYONG_PARTS`, by default `~/.cache/biyong-parts`. What was installed
there stays for the next run; what was interrupted is begun anew.
"""

import fcntl
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

INSTALL_SECONDS = 900


class PartMissing(Exception):
    """Says why the part cannot be had here and what would make it possible."""


def cache() -> Path:
    """The folder that keeps installed parts."""
    said = os.environ.get("BIYONG_PARTS") or "~/.cache/biyong-parts"
    return Path(said).expanduser().resolve()


def search_path() -> str:
    """The PATH with the folders of root's tools, which not every shell has."""
    return os.environ.get("PATH", "") + ":/usr/sbin:/sbin"


def find(program: str) -> Path | None:
    """Where a program of this machine lies, or None."""
    found = shutil.which(program, path=search_path())
    return Path(found) if found else None


def require_programs(part: str, *programs: str) -> None:
    """Raise PartMissing for the first of these that is not on this machine."""
    for program in programs:
        if find(program) is None:
            raise PartMissing(f"{part}: put {program} on the PATH")


def run(aim: str, *command: str, environ: Mapping[str, str] | None = None) -> str:
    """Run a step of an installation; what it wrote. Raises PartMissing."""
    return run_for_bytes(aim, *command, environ=environ).decode(errors="replace")


def run_for_bytes(
    aim: str, *command: str, environ: Mapping[str, str] | None = None
) -> bytes:
    """Run a step; the bytes that it wrote. Raises PartMissing."""
    require_programs(f"could not {aim}", command[0])
    own = {"PATH": search_path(), "DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(
            command,
            env={**os.environ, **own, **(environ or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=INSTALL_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise PartMissing(f"no time left to {aim}") from error
    if done.returncode:
        said = tail(done.stdout + done.stderr)
        raise PartMissing(f"could not {aim}: {said}")
    return done.stdout


def tail(output: bytes) -> str:
    """The last lines of what a program wrote."""
    return "\n".join(output.decode(errors="replace").splitlines()[-20:])


@contextmanager
def kept(name: str) -> Iterator[Path]:
    """A place in the cache, for one process at a time: look there, or install there."""
    place = cache() / name
    place.parent.mkdir(parents=True, exist_ok=True)
    with place.with_name(f"{place.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield place


def require_root(part: str) -> None:
    """Raise PartMissing for who may not install."""
    if os.geteuid() != 0:
        raise PartMissing(f"{part} is not on the PATH and this is not root")


def require_debian(part: str) -> None:
    """Raise PartMissing where Debian's packages are not to be had."""
    name = "a system without a name"
    with suppress(OSError):
        name = platform.freedesktop_os_release()["ID"]
    if name != "debian":
        raise PartMissing(f"{part} is installed on Debian, not on {name}")
    require_programs(part, "apt-get")


def packages(part: str, *names: str) -> None:
    """Install Debian's packages of these names."""
    require_root(part)
    require_debian(part)
    with kept("apt"):
        run("read the package lists", "apt-get", "-qq", "update")
        run(f"install {part}", "apt-get", "-qq", "install", "--yes", *names)


def debian_tree(name: str, suite: str, wanted: str) -> Path:
    """A Debian tree of its own with these packages, bootstrapped once.

    Mounts and processes of the installation end with it, however it ends.
    """
    with kept(name) as tree:
        if tree.exists():
            return tree
        require_root(name)
        require_debian(name)
        if find("debootstrap") is None:
            packages("debootstrap", "debootstrap")
        begun = tree.with_name(f"{tree.name}.begun")
        if begun.exists():
            shutil.rmtree(begun)
        apart = ["unshare", "--mount", "--pid", "--fork", "--kill-child"]
        fetch = ["debootstrap", "--variant=minbase", f"--include={wanted}", suite]
        run(
            f"bootstrap Debian {suite}",
            *apart, "--mount-proc", *fetch, str(begun), _mirror(),
        )  # fmt: skip
        begun.rename(tree)
        return tree


def _mirror() -> str:
    """Where this machine gets its own packages."""
    sites = run(
        "ask apt for its mirror", "apt-get", "indextargets", "--format", "$(SITE)"
    ).split()
    if not sites:
        raise PartMissing("apt has no package source: give it one of Debian's mirrors")
    return sites[0]


def go_program(name: str, package: str) -> Path:
    """A program that Go builds from its modules, built once."""
    found = find(name)
    if found is not None:
        return found
    with kept(f"go/{name}") as program:
        if program.exists():
            return program
        if find("go") is None:
            raise PartMissing(f"put {name} or go on the PATH")
        built = cache() / "go" / f"{name}.begun"
        run(f"build {name}", "go", "install", package, environ={"GOBIN": str(built)})
        made = next(iter(built.iterdir()))
        made.rename(program)
        built.rmdir()
        return program


def go_module(name: str, module: Path) -> Path:
    """A program of ours around modules of others, built once for what it is of."""
    texts = b"".join(file.read_bytes() for file in sorted(module.iterdir()))
    version = hashlib.sha256(texts).hexdigest()[:12]
    with kept(f"go/{name}-{version}") as program:
        if program.exists():
            return program
        if find("go") is None:
            raise PartMissing(f"put go on the PATH to build {name}")
        built = program.with_suffix(".begun")
        run(f"build {name}", "go", "build", "-C", str(module), "-o", str(built), ".")
        return built.rename(program)


@dataclass(frozen=True)
class GoSource:
    """One version of a Go module, and the sum of its files as `go.sum` has it."""

    module: str
    sum: str


def go_source(source: GoSource) -> Path:
    """The folder of a module's files; nothing of it is built."""
    if find("go") is None:
        raise PartMissing(f"put go on the PATH to get {source.module}")
    aim = f"get {source.module}"
    said = json.loads(run(aim, "go", "mod", "download", "-json", source.module))
    if said["Sum"] != source.sum:
        raise PartMissing(f"{source.module} is not the one that was looked at")
    return Path(said["Dir"])


@dataclass(frozen=True)
class NpmPackage:
    """One version of a package, and the SHA-256 of its archive."""

    name: str
    version: str
    sha256: str


def npm_package(package: NpmPackage) -> Path:
    """The folder of a package's files, unpacked once; nothing of it is run."""
    flat = package.name.removeprefix("@").replace("/", "-")
    with kept(f"npm/{flat}-{package.version}") as folder:
        if folder.exists():
            return folder
        if find("npm") is None:
            raise PartMissing(f"put npm on the PATH to get {package.name}")
        begun = folder.with_name(f"{folder.name}.begun")
        shutil.rmtree(begun, ignore_errors=True)
        begun.mkdir()
        wanted = f"{package.name}@{package.version}"
        into = ["--ignore-scripts", "--pack-destination", str(begun)]
        run(f"get {wanted}", "npm", "pack", wanted, *into)
        [archive] = begun.glob("*.tgz")
        if hashlib.sha256(archive.read_bytes()).hexdigest() != package.sha256:
            raise PartMissing(f"{wanted} is not the one that was looked at")
        unpack(archive, begun)
        (begun / "package").rename(folder)
        shutil.rmtree(begun)
        return folder


@dataclass(frozen=True)
class PyPackage:
    """One version of a package on Python's index, and the SHA-256 of its wheel."""

    name: str
    version: str
    sha256: str


def py_package(package: PyPackage) -> Path:
    """The wheel of a package, fetched once; nothing of it is installed or run."""
    with kept(f"pypi/{package.name}-{package.version}.whl") as wheel:
        if wheel.exists():
            return wheel
        begun = wheel.with_suffix(".begun")
        shutil.rmtree(begun, ignore_errors=True)
        wanted = f"{package.name}=={package.version}"
        options = ["--quiet", "--no-deps", "--only-binary=:all:", "--dest", str(begun)]
        run(f"get {wanted}", sys.executable, "-m", "pip", "download", *options, wanted)
        [archive] = begun.glob("*.whl")
        if hashlib.sha256(archive.read_bytes()).hexdigest() != package.sha256:
            raise PartMissing(f"{wanted} is not the one that was looked at")
        archive.rename(wheel)
        shutil.rmtree(begun)
        return wheel


def unpack(archive: Path, folder: Path) -> None:
    """Lay an archive's files into a folder, none outside it where Python can tell.

    Python 3.11 before 3.11.4, Debian 12's own, knows no filters.
    """
    with tarfile.open(archive) as files:
        extract(files, folder)


def extract(files: tarfile.TarFile, folder: Path) -> None:
    """Lay an open archive's files into a folder, as `unpack` does."""
    if hasattr(tarfile, "data_filter"):
        files.extraction_filter = tarfile.data_filter
    files.extractall(folder)
