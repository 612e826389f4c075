"""The programs of docs/connect, as a branch's programmer builds and runs them."""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.parts import having

FOLDER = Path(__file__).parents[2] / "docs" / "connect"
COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies"
"""What the page writes shorter: a version that is pinned."""
FASTER = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
"""For a program that runs two seconds: half of what it takes to start."""
RUN_SECONDS = 90
"""Longer than any of them waits for an answer."""


@dataclass(frozen=True)
class Said:
    """How a program ended, and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def outcomes(self) -> list[tuple[str, ...]]:
        """Row, outcome and reason of each line."""
        lines = [line.split() for line in self.out.splitlines()]
        return [tuple(words[:3]) for words in lines]


@dataclass(frozen=True)
class Program:
    """A program that was built: how it is run."""

    command: tuple[str, ...]

    def run(self, key: str, roster: Path, environ: Mapping[str, str]) -> Said:
        """Run it to its end."""
        done = subprocess.run(
            [*self.command, key, str(roster)],
            env={**os.environ, **environ},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=RUN_SECONDS,
            check=False,
        )
        return Said(done.returncode, done.stdout, done.stderr)


def build_program(
    language: str, folder: Path, changes: Mapping[str, str] | None = None
) -> Program:
    """A program in a folder of its own, with some of its text changed as somebody
    would who gets it wrong. Raises PartMissing."""
    place = folder / language
    shutil.copytree(FOLDER / language, place)
    for old, new in (changes or {}).items():
        _change_text(place, old, new)
    return Program(BUILDERS[language](place))


def _change_text(place: Path, old: str, new: str) -> None:
    changed = 0
    for file in place.iterdir():
        text = file.read_text("utf-8")
        changed += text.count(old)
        file.write_text(text.replace(old, new), "utf-8")
    assert changed, f"{place.name} has no {old}"


def _build_python(place: Path) -> tuple[str, ...]:
    return sys.executable, str(place / "send_roster.py")


def _build_node(place: Path) -> tuple[str, ...]:
    (place / "node_modules").symlink_to(install_node() / "node_modules")
    return "node", str(place / "send_roster.js")


def _build_java(place: Path) -> tuple[str, ...]:
    libraries = f"{install_java()}/*"
    return "java", *FASTER, "-cp", libraries, str(place / "SendRoster.java")


def _build_go(place: Path) -> tuple[str, ...]:
    install_go()
    program = place / "send_roster"
    having.run("build", "go", "build", "-C", str(place), "-o", str(program), ".")
    return (str(program),)


def _build_curl(place: Path) -> tuple[str, ...]:
    return "bash", str(place / "send_roster.sh")


BUILDERS: Mapping[str, Callable[[Path], tuple[str, ...]]] = {
    "python": _build_python,
    "node": _build_node,
    "java": _build_java,
    "go": _build_go,
    "curl": _build_curl,
}


def install_node() -> Path:
    """The folder with what the program in Node is built on. Raises PartMissing."""
    having.require_programs("node", "node", "npm")
    manifests = ("package.json", "package-lock.json")
    with having.kept(_name_of("node", *manifests)) as place:
        if place.exists():
            return place
        begun = _begin(place)
        for name in manifests:
            shutil.copy(FOLDER / "node" / name, begun / name)
        options = ["--prefix", str(begun), "--ignore-scripts", "--no-audit"]
        having.run("get what Node needs", "npm", "ci", *options)
        return begun.rename(place)


def install_java() -> Path:
    """The folder of the libraries of the program in Java. Raises PartMissing."""
    having.require_programs("java", "java", "mvn")
    with having.kept(_name_of("java", "pom.xml")) as place:
        if place.exists():
            return place
        begun = _begin(place)
        options = ["-f", str(FOLDER / "java" / "pom.xml"), f"-DoutputDirectory={begun}"]
        having.run("get what Java needs", "mvn", "-q", "-B", COPY, *options)
        return begun.rename(place)


def install_go() -> Path:
    """Go and the modules of the program in Go. Raises PartMissing."""
    having.require_programs("go", "go")
    folder = FOLDER / "go"
    having.run("get what Go needs", "go", "mod", "download", "-C", str(folder))
    return folder


def install_curl() -> Path:
    """curl. Raises PartMissing."""
    having.require_programs("curl", "curl", "bash", "awk")
    return FOLDER / "curl"


def install_amqp_tools() -> Path:
    """Debian's programs for AMQP. Raises PartMissing."""
    if having.find("amqp-publish") is None:
        having.packages("amqp-tools", "amqp-tools")
    return having.find("amqp-publish") or Path("amqp-publish")


def _name_of(language: str, *manifests: str) -> str:
    """The name in the cache of what these manifests ask for."""
    texts = b"".join((FOLDER / language / name).read_bytes() for name in manifests)
    return f"connect/{language}-{hashlib.sha256(texts).hexdigest()[:12]}"


def _begin(place: Path) -> Path:
    begun = place.with_name(f"{place.name}.begun")
    shutil.rmtree(begun, ignore_errors=True)
    begun.mkdir(parents=True)
    return begun
