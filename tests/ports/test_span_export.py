"""What a process tells a real collector of what it did, and what it never tells."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.embedded.conftest import start_store
from tests.parts.collector import SpanThere, running_collector
from tests.parts.process import free_ports

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
ENDS_SECONDS = 8.0
"""As long as the supervisor waits for the end of a process."""
WORK = """
import os, sys
from contextlib import suppress
import urllib3
from chassis.errors import OwnFault
from chassis.storage.mongo import open_database
from chassis.telemetry import tracing
from chassis.telemetry.traced_pool import TracedPool
from opentelemetry.trace import SpanKind
from pymongo.errors import DuplicateKeyError

nowhere, store = sys.argv[1:]
if child := os.fork():
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
tracing.configure_tracing("served", "web")
people = open_database("people", store)["people"]
people.create_index("phone", unique=True)  # belongs to nothing
SECRET = "13800000001"
pool = TracedPool(retries=False, timeout=5)
with tracing.enter_span("PUT /people/<id>", SpanKind.SERVER):
    print(tracing.current_traceparent())
    people.insert_one({"_id": "a", "phone": SECRET})
    with suppress(DuplicateKeyError):
        again = {"$set": {"phone": SECRET}}
        people.find_one_and_update({"_id": "b"}, again, upsert=True)
    with suppress(urllib3.exceptions.HTTPError):
        pool.request("GET", f"{nowhere}/v/{SECRET}/a?phone={SECRET}")
    with suppress(ValueError), tracing.enter_span("failing", SpanKind.INTERNAL):
        raise ValueError(SECRET)
"""


def run_work(
    store: str, endpoint: str, **more: str
) -> subprocess.CompletedProcess[str]:
    """Do the work in a process that is forked, as gunicorn does."""
    [port] = free_ports(1)
    return subprocess.run(
        [sys.executable, "-c", WORK, f"http://127.0.0.1:{port}", store],
        env={**os.environ, ENDPOINT: endpoint, **more},
        capture_output=True,
        text=True,
        check=True,
    )


@pytest.fixture
def store(tmp_path: Path) -> Iterator[str]:
    """The address of a running store."""
    running = start_store(tmp_path / "store.db")
    yield f"mongodb://127.0.0.1:{running.port}/?directConnection=true"
    running.stop()


def name_and_status(span: SpanThere) -> tuple[str, str]:
    """A fault's kind: behind it stands the line that raised it."""
    return span.name, span.status.partition(" at ")[0]


@pytest.mark.part("collector")
def test_a_collector_is_told_what_was_done_and_nobodys_data(
    tmp_path: Path, store: str
) -> None:
    with running_collector(tmp_path / "collector") as collector:
        done = run_work(store, collector.url)
    _, trace, root, flags = done.stdout.strip().split("-")
    spans = collector.find_spans()
    assert {(span.service, span.role) for span in spans} == {("served", "web")}
    assert {span.trace_id for span in spans} == {trace}
    assert {span.parent_id for span in spans} == {root, ""}
    assert int(flags, 16) & 1
    assert sorted(map(name_and_status, spans)) == [
        ("GET", "NewConnectionError"),
        ("PUT /people/<id>", ""),
        ("failing", "ValueError"),
        ("people.findAndModify", "DuplicateKey"),
        ("people.insert", ""),
    ]
    assert "13800000001" not in collector.written.read_text()


@pytest.mark.part("collector")
def test_no_share_of_traces_is_none(tmp_path: Path, store: str) -> None:
    with running_collector(tmp_path / "collector") as collector:
        done = run_work(store, collector.url, OTEL_TRACES_SAMPLER_ARG="0")
    assert int(done.stdout.strip().split("-")[3], 16) & 1 == 0
    assert collector.find_spans() == []


def test_a_collector_that_is_away_holds_up_no_end(store: str) -> None:
    began = time.monotonic()
    done = run_work(store, f"http://127.0.0.1:{free_ports(1)[0]}")
    assert len(done.stdout.strip()) == len(f"00-{'a' * 32}-{'b' * 16}-01")
    assert time.monotonic() - began < ENDS_SECONDS
