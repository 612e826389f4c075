"""What stands in a line of the log, and what never does."""

import json
import subprocess
import sys

import pytest
from chassis.telemetry.logs import without_addresses

WRITES = """
import logging, threading
from chassis.telemetry import logs
from chassis.telemetry.tracing import enter_span
from opentelemetry.trace import SpanKind
logs.configure_logs("served", "web")
def work():
    logs.logger().info("ours")
    logging.getLogger("library").warning("theirs")
thread = threading.Thread(target=work)
thread.start()
thread.join()
with enter_span("work", SpanKind.INTERNAL):
    logs.logger().info("at work")
logging.getLogger("urllib3.connectionpool").warning("Retrying: /v/secret/a")
logging.getLogger("waitress.queue").warning("Task queue depth is 3")
logging.getLogger("waitress").error("Exception while serving /courses/%s", "secret")
try:
    raise OSError("Max retries exceeded with url: /people?branch=secret (Caused by x)")
except OSError:
    logs.logger().exception("failed", path="/invitations/secret")
"""


def test_every_line_of_every_thread_names_what_it_belongs_to_and_no_secret() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WRITES], capture_output=True, text=True, check=True
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["event"] for line in lines] == [
        "ours", "theirs", "at work", "Exception while serving a request", "failed",
    ]  # fmt: skip
    assert {(line["service"], line["role"]) for line in lines} == {("served", "web")}
    assert [len(line["trace_id"]) for line in lines] == [0, 0, 32, 0, 0]
    assert all(line["request_id"] == line["trace_id"] for line in lines)
    assert "secret" not in done.stdout


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("GET /v/a-b-c/l/1/master.m3u8", "GET /v/…/l/1/master.m3u8"),
        ("/invitations/abc_DEF-1 is over", "/invitations/… is over"),
        ("/deletions/abc_DEF-1/report.json", "/deletions/…/report.json"),
        ("http://media:8000/v/a.b?x=1", "http://media:8000/v/…?…"),
        ("url: /people?branch=b&after=1 (x)", "url: /people?… (x)"),
        ("Exception on /rosters/李雪 [GET]", "Exception on a request"),
        ("Was it this? Or /that?", "Was it this? Or /that?"),
    ],
)
def test_tokens_in_paths_and_queries_are_hidden(said: str, shown: str) -> None:
    assert without_addresses(said) == shown
