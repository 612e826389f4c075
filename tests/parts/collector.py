"""A real OpenTelemetry Collector: takes OTLP over HTTP and writes what came."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.parts import having
from tests.parts.process import HOST, Processes, accepts, free_ports

MODULE = Path(__file__).parent / "go" / "collector"


@dataclass(frozen=True)
class SpanThere:
    """A span as it came to the collector."""

    service: str
    role: str
    name: str
    trace_id: str
    span_id: str
    parent_id: str
    status: str
    attributes: dict[str, Any]


@dataclass
class Collector:
    """A running collector: its address, and the file of what came."""

    url: str
    written: Path
    _processes: Processes = field(repr=False)

    def find_spans(self) -> list[SpanThere]:
        """Every span that came so far."""
        if not self.written.exists():
            return []
        whole, _, _ = self.written.read_text().rpartition("\n")
        return [span for line in whole.splitlines() for span in _read_spans(line)]


def _read_spans(line: str) -> Iterator[SpanThere]:
    for sent in json.loads(line)["resourceSpans"]:
        about = _read_attributes(sent["resource"])
        for scope in sent["scopeSpans"]:
            for span in scope["spans"]:
                yield SpanThere(
                    about["service.name"],
                    about["biyong.role"],
                    span["name"],
                    span["traceId"],
                    span["spanId"],
                    span.get("parentSpanId", ""),
                    span.get("status", {}).get("message", ""),
                    _read_attributes(span),
                )


def _read_attributes(part: dict[str, Any]) -> dict[str, Any]:
    """Name → value, of whatever kind it is."""
    return {
        pair["key"]: next(iter(pair["value"].values()), None)
        for pair in part.get("attributes", ())
    }


@contextmanager
def running_collector(folder: Path) -> Iterator[Collector]:
    """A collector with its file and log in a folder, stopped at the end."""
    folder.mkdir(parents=True, exist_ok=True)
    [port] = free_ports(1)
    written = folder / "spans.json"
    processes = Processes(folder / "collector.log", [port])
    command = [str(install()), "--config", f"yaml:{_settings(port, written)}"]
    processes.launch(command, lambda: accepts(port))
    try:
        yield Collector(f"http://{HOST}:{port}", written, processes)
    finally:
        processes.stop()


@contextmanager
def running_configured(folder: Path, config: Path) -> Iterator[tuple[str, Path]]:
    """A collector with this configuration but on loopback: its address and its log."""
    folder.mkdir(parents=True, exist_ok=True)
    [port] = free_ports(1)
    processes = Processes(folder / "collector.log", [port])
    place = f"yaml:receivers::otlp::protocols::http::endpoint: {HOST}:{port}"
    command = [str(install()), "--config", f"file:{config}", "--config", place]
    processes.launch(command, lambda: accepts(port))
    try:
        yield f"http://{HOST}:{port}", processes.log
    finally:
        processes.stop()


def _settings(port: int, written: Path) -> str:
    """Its configuration, in the YAML that JSON is."""
    return json.dumps(
        {
            "receivers": {
                "otlp": {"protocols": {"http": {"endpoint": f"{HOST}:{port}"}}}
            },
            "exporters": {"file": {"path": str(written), "flush_interval": "100ms"}},
            "service": {
                "telemetry": {"metrics": {"level": "none"}},
                "pipelines": {"traces": {"receivers": ["otlp"], "exporters": ["file"]}},
            },
        }
    )


def install() -> Path:
    """The collector's program."""
    return having.go_module("otel-collector", MODULE)
