"""A real provider of sign-ins: Keycloak from Maven, on loopback, in memory."""

import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import urllib3

from tests.parts import having
from tests.parts.process import HOST, Processes, accepts, free_ports

VERSION = "26.7.3"
DIST = f"org.keycloak:keycloak-quarkus-dist:{VERSION}:zip"
COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy"
ADMIN, PASSWORD = "admin", "admin of the tests"
START_SECONDS = 300
"""Java on a machine that does other things too."""
OPTIONS = ["--db=dev-mem", "--features-disabled=ciba,device-flow,kerberos"]


@dataclass
class Keycloak:
    """A running server and its administration."""

    url: str
    port: int
    _processes: Processes = field(repr=False)
    pool: urllib3.PoolManager = field(
        default_factory=lambda: urllib3.PoolManager(timeout=30, retries=False)
    )
    token: tuple[str, float] = ("", 0.0)

    def start(self) -> None:
        """Start, and wait until its own realm answers."""
        folder = install()
        command = [
            str(folder / "bin" / "kc.sh"), "start", "--optimized",
            "--http-enabled=true", "--hostname-strict=false", "--cache=local",
            f"--http-host={HOST}", f"--http-port={self.port}",
        ]  # fmt: skip
        environ = {
            **os.environ,
            "KC_BOOTSTRAP_ADMIN_USERNAME": ADMIN,
            "KC_BOOTSTRAP_ADMIN_PASSWORD": PASSWORD,
            "JAVA_OPTS_KC_HEAP": "-Xms96m -Xmx512m",
            "JAVA_OPTS_APPEND": "-XX:TieredStopAtLevel=1",
        }
        self._processes.launch(command, lambda: accepts(self.port), environ)

    def stop(self) -> None:
        """Stop at once: nothing of it is needed again."""
        self._processes.kill()
        self.pool.clear()

    def admin(self, method: str, path: str, body: object = None) -> Any:
        """The answer of its administration, whose paths begin with /admin/realms."""
        got = self.pool.request(
            method,
            f"{self.url}/admin/realms{path}",
            body=None if body is None else json.dumps(body).encode(),
            headers={
                "Authorization": f"Bearer {self._admin_token()}",
                "Content-Type": "application/json",
            },
        )
        assert got.status < 300, (method, path, got.status, got.data)
        return json.loads(got.data) if got.data else None

    def _admin_token(self) -> str:
        token, until = self.token
        if time.monotonic() < until:
            return token
        got = self.pool.request_encode_body(
            "POST",
            f"{self.url}/realms/master/protocol/openid-connect/token",
            {
                "grant_type": "password", "client_id": "admin-cli",
                "username": ADMIN, "password": PASSWORD,
            },
            encode_multipart=False,
        )  # fmt: skip
        assert got.status == 200, got.data
        token = str(json.loads(got.data)["access_token"])
        self.token = token, time.monotonic() + 30
        return token


@contextmanager
def running_keycloak(folder: Path) -> Iterator[Keycloak]:
    """A server with its log in a folder, stopped at the end."""
    folder.mkdir(parents=True, exist_ok=True)
    [port] = free_ports(1)
    processes = Processes(folder / "keycloak.log", [port], start_seconds=START_SECONDS)
    server = Keycloak(f"http://{HOST}:{port}", port, processes)
    try:
        server.start()
        yield server
    finally:
        server.stop()


def install() -> Path:
    """The server's folder, fetched and built once. Raises PartMissing."""
    having.require_programs("keycloak", "java")
    with having.kept(f"keycloak-{VERSION}") as place:
        if place.exists():
            return place
        having.require_programs("keycloak", "mvn")
        begun = place.with_name(f"{place.name}.begun")
        shutil.rmtree(begun, ignore_errors=True)
        begun.mkdir()
        out = f"-DoutputDirectory={begun}"
        having.run("fetch keycloak", "mvn", "-q", "-B", COPY, f"-Dartifact={DIST}", out)
        [archive] = begun.glob("*.zip")
        shutil.unpack_archive(archive, begun)
        [unpacked] = [path for path in begun.iterdir() if path.is_dir()]
        program = unpacked / "bin" / "kc.sh"
        program.chmod(0o755)
        having.run("build keycloak", str(program), "build", *OPTIONS)
        unpacked.rename(place)
        shutil.rmtree(begun)
        return place
