"""The programs of docs/connect, as the page shows them and hands them out.

An image has no docs: `make docs` lays their text into this package.
"""

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

PACKED = "programs.json"
ROSTER = "roster.csv"


@dataclass(frozen=True)
class Program:
    """A program in one language: its file, and what it is built by."""

    language: str
    title: str
    file: str
    manifests: tuple[str, ...]
    commands: str

    @property
    def paths(self) -> list[str]:
        """All its files, from docs/connect on."""
        return [f"{self.language}/{name}" for name in (self.file, *self.manifests)]


AMQP = "AMQP_URL=amqps://branch.ID:PASSWORD@HOST:5671"
HTTPS = "BIYONG_URL=https://HOST BRANCH=ID API_KEY=..."
PROGRAMS = (
    Program(
        "python",
        "Python · pika",
        "send_roster.py",
        ("requirements.txt",),
        f"pip install -r requirements.txt\n{AMQP} python send_roster.py KEY roster.csv",
    ),
    Program(
        "node",
        "Node · amqplib",
        "send_roster.js",
        ("package.json", "package-lock.json"),
        f"npm ci\n{AMQP} node send_roster.js KEY roster.csv",
    ),
    Program(
        "java",
        "Java · amqp-client",
        "SendRoster.java",
        ("pom.xml",),
        "mvn dependency:copy-dependencies -DoutputDirectory=lib\n"
        f"{AMQP} java -cp 'lib/*' SendRoster.java KEY roster.csv",
    ),
    Program(
        "go",
        "Go · amqp091",
        "main.go",
        ("go.mod", "go.sum"),
        f"go build -o send_roster .\n{AMQP} ./send_roster KEY roster.csv",
    ),
    Program(
        "curl",
        "curl · bash",
        "send_roster.sh",
        (),
        f"{HTTPS} bash send_roster.sh KEY roster.csv",
    ),
)


AUTHORITIES = (
    ("Python, Go", "SSL_CERT_FILE=ca.pem"),
    ("Node", "NODE_EXTRA_CA_CERTS=ca.pem"),
    ("Java", "keytool -importcert, -Djavax.net.ssl.trustStore, …trustStorePassword"),
    ("curl", "CURL_CA_BUNDLE=ca.pem"),
)
"""How a program is told of an authority that is not one of the public ones."""


@functools.cache
def load_files() -> Mapping[str, str]:
    """The text of every file, by its path from docs/connect on."""
    packed = files("gateway.connect").joinpath(PACKED).read_text("utf-8")
    loaded: dict[str, str] = json.loads(packed)
    return loaded


def pack_files(folder: Path) -> str:
    """The files of that folder as they are packed."""
    paths = [ROSTER, *(path for program in PROGRAMS for path in program.paths)]
    texts = {path: (folder / path).read_text("utf-8") for path in paths}
    return json.dumps(texts, ensure_ascii=False, indent=1) + "\n"
