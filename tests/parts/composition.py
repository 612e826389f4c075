"""docker-compose.yml brought up with podman, each service when it may.

This podman runs no health checks by itself (it leaves that to systemd) and so cannot
gate on them; here each is asked for what docker-compose.yml says of it.
"""

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from biyong.composed import USERS

from tests.parts.containers import RECIPES, ROOT, Containers
from tests.parts.mongo import OLD_WIRE
from tests.platform.running import until

NAME = "biyongtests"
STARTED_SECONDS = 120.0
FILES = (ROOT / "docker-compose.yml", RECIPES / "compose.yml")


@dataclass(frozen=True)
class Composition:
    """The platform as docker-compose.yml describes it."""

    containers: Containers
    port: int

    @property
    def environ(self) -> Mapping[str, str]:
        return {
            "BIYONG_VERSION": "tests",
            "BIYONG_PORT": str(self.port),
            "PUBLIC_URL": f"http://127.0.0.1:{self.port}",
            "OLD_WIRE": str(OLD_WIRE),
        }

    def compose(self, *words: str) -> str:
        """Run podman-compose on the project's file and what the stand-ins need."""
        tool = str(Path(sys.executable).with_name("podman-compose"))
        files = [f"--file={file}" for file in FILES]
        command = [tool, "-p", NAME, "--profile=demo", *files, *words]
        return self.containers.well(*command, environ=self.environ)

    def services(self) -> dict[str, Any]:
        """The services as they stand, with every variable filled in."""
        said = yaml.safe_load(self.compose("config"))
        found: dict[str, Any] = said["services"]
        return found

    def up(self) -> None:
        """Start every service but the demo, after what it waits for."""
        self._give_mongo_address()
        services = self.services()
        started: set[str] = set()
        while waiting := set(services) - started - {"demo"}:
            ready = {
                name
                for name in waiting
                if set(services[name].get("depends_on", {})) <= started
            }
            assert ready, f"nobody may start: {waiting}"
            self.compose("up", "-d", "--no-deps", "--no-build", *sorted(ready))
            for name in sorted(ready):
                self.await_service(name, services[name])
            started |= ready

    def _give_mongo_address(self) -> None:
        """The stand-in knows no users: its address is there before keys are made."""
        address = "mongodb://mongo:27017/?directConnection=true"
        write = "; ".join(f"printf {address} >/secrets/mongo_url.{s}" for s in USERS)
        self.containers.well(
            "podman", "run", "--rm", "-v", f"{NAME}_secrets:/secrets",
            "localhost/trees/python", "sh", "-c", write,
        )  # fmt: skip

    def await_service(self, name: str, said: Mapping[str, Any]) -> None:
        """Until it is healthy or, if it has no health, has ended well."""
        container = f"{NAME}_{name}_1"
        if "healthcheck" in said:
            until(lambda: self.is_healthy(name), STARTED_SECONDS, every=0.5)
        else:
            code = self.containers.well("podman", "wait", container).strip()
            assert code == "0", f"{self.logs(name)}\n{self.logs('gateway')[-6000:]}"

    def is_healthy(self, name: str) -> bool:
        """What its own health check says now."""
        asked = self.containers.run("podman", "healthcheck", "run", f"{NAME}_{name}_1")
        return asked.returncode == 0

    def logs(self, name: str) -> str:
        """What a service wrote."""
        done = self.containers.run("podman", "logs", f"{NAME}_{name}_1")
        return done.stdout + done.stderr

    def within(self, name: str, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command in a service's container."""
        return self.containers.run("podman", "exec", f"{NAME}_{name}_1", *command)

    def volume(self, name: str) -> Path:
        """Where a volume lies on this machine."""
        form = "{{.Mountpoint}}"
        said = self.containers.well(
            "podman", "volume", "inspect", "-f", form, f"{NAME}_{name}"
        )
        return Path(said.strip())

    def down(self) -> None:
        """End all and forget their data."""
        self.compose("down", "-v", "-t", "10")
