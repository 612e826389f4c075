"""A real Prometheus, and promtool, which tries rules on series made up for it."""

import json
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import urllib3
from embedded.supervisor import is_healthy

from tests.parts import having
from tests.parts.process import HOST, Processes, free_ports

FOLDER = Path(__file__).parents[2] / "deploy" / "monitoring"
Sample = dict[str, Any]


@dataclass(frozen=True)
class Prometheus:
    """A running Prometheus."""

    url: str

    def find_samples(self, query: str) -> list[Sample]:
        """What an instant query answers: labels and value of each series."""
        answer = urllib3.request(
            "POST", f"{self.url}/api/v1/query", fields={"query": query}, timeout=30
        )
        told: dict[str, Any] = answer.json()
        assert told["status"] == "success", told
        samples: list[Sample] = told["data"]["result"]
        return samples


@contextmanager
def running_prometheus(folder: Path, settings: dict[str, Any]) -> Iterator[Prometheus]:
    """One with its configuration, data and log in a folder, stopped at the end."""
    folder.mkdir(parents=True, exist_ok=True)
    [port] = free_ports(1)
    file = folder / "prometheus.json"  # which is YAML as well
    file.write_text(json.dumps(settings), encoding="utf-8")
    processes = Processes(folder / "prometheus.log", [port])
    command = [
        str(having.find("prometheus")),
        f"--config.file={file}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address={HOST}:{port}",
    ]
    url = f"http://{HOST}:{port}"
    # it takes connections before it answers them
    processes.launch(command, lambda: is_healthy(f"{url}/-/ready"))
    try:
        yield Prometheus(url)
    finally:
        processes.stop()


def run_promtool(*arguments: str) -> tuple[int, str]:
    """Exit code and output of promtool."""
    done = subprocess.run(
        ["promtool", *arguments], capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


def run_rule_tests(folder: Path, rules: Path, cases: Sequence[Sample]) -> str:
    """What promtool has against these cases of a file of rules, or nothing."""
    file = folder / "cases.json"
    said = {"rule_files": [str(rules)], "evaluation_interval": "30s", "tests": cases}
    file.write_text(json.dumps(said), encoding="utf-8")
    code, output = run_promtool("test", "rules", str(file))
    return output if code else ""


def install() -> None:
    """Both, from Debian; nothing of it is started. Raises PartMissing."""
    if having.find("prometheus") is None or having.find("promtool") is None:
        having.packages("prometheus", "--no-install-recommends", "prometheus")
