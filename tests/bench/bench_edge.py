"""Segments through the edge against an open nginx that serves the same file.

Run as `python -m tests.bench.bench_edge`. A platform whose lectures lie in a real
bucket, its edge with a warm cache, its gateway and media that are asked about tokens;
beside it nginx over a folder. wrk keeps 16 connections and asks for a segment of
460 kB under one token after another. Compared, with TLS and without: segments a second,
in turn; nginx's time of the processors for each, side by side; and how often Python was
asked for each token. With TLS clients reach the edge themselves, so that its small send
buffer is in force; without it stands behind a balancer. All of it is in a network of
its own (own_network).
"""

import os
import re
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import urllib3
from media.domain.stream import Grant, token_for
from media.objects.connect import open_objects

from tests.bench import edge_servers, own_network
from tests.bench.edge_servers import (
    Load,
    Measured,
    OpenServer,
    loopback,
    start_open,
)
from tests.bench.ratios import Ratio, alternated
from tests.parts import certificates
from tests.parts.nginx import Edge, running_edge
from tests.platform import chain
from tests.platform.edge import Edged, running_edged
from tests.platform.test_edge import enrol

SECONDS, TOKENS = 4, 32
FASTER, COST = 0.85, 1.25
HOLDS_SECONDS = 30
COST_ROUNDS, COST_SECONDS = 9, 2
TOLD = ("GATEWAY_ADDRESS", "OBJECTS_URL", "STREAM_SECRET")
SEGMENT = bytes(range(256)) * 1800
FILE = "bench_00000.m4s"
ASKED = re.compile(r'requests_total\{endpoint="edge\.check_stream".*\} (\S+)')


@dataclass(frozen=True)
class Sides:
    """Everything that is compared, up and warm."""

    edged: Edged
    secure: Edge
    open_server: OpenServer
    tokens: Load

    def python(self) -> list[int]:
        """The processes that are asked about tokens."""
        platform = self.edged.platform
        return [platform.pid(name) for name in ("gateway", "media", "store")]

    def checks(self) -> int:
        media = self.edged.platform.health("media").removesuffix("/readyz")
        text = urllib3.request("GET", f"{media}/metrics").data.decode()
        return int(sum(map(float, ASKED.findall(text))))


def grant_tokens(edged: Edged, ticket: dict[str, Any], token: str) -> Load:
    """So many streams of one person's session, each with a token of its own."""
    secret = edged.home.secret("stream").encode()
    session, person = ticket["token"].split("-")[1:3]
    lecture, edition = ticket["lecture_id"], ticket["edition"]
    expires = int(time.time()) + 9_000
    paths = []
    for place in range(TOKENS):
        grant = Grant(expires + place, session, person, lecture, edition)
        paths.append(f"/v/{token_for(secret, grant)}/{lecture}/{edition}/{FILE}")
    return Load(edged.edge.run, paths, token, edged.edge.url.removeprefix("http://"))


def compare(sides: Sides, scheme: str) -> int:
    """One scheme; how many bars are missed."""
    is_secure = scheme == "https"
    edge, bare = sides.secure if is_secure else sides.edged.edge, sides.open_server
    at = loopback(edge.tls_port if is_secure else edge.port, scheme)
    bare_at = loopback(bare.tls_port if is_secure else bare.port, scheme)
    ours = Measured(sides.tokens, at, lambda: edge.pids, SECONDS, [])
    plain = Load(bare.folder, [f"/{FILE}"], sides.tokens.token, sides.tokens.host)
    theirs = Measured(plain, bare_at, bare.pids, SECONDS, [])
    ours.load.run(ours.address, 1)  # what was kept for the other scheme is old
    theirs.load.run(theirs.address, 1)
    began, checks = time.monotonic(), sides.checks()
    python = edge_servers.processor_seconds(sides.python())
    ratios = alternated(ours.ask_for_a_while, theirs.ask_for_a_while)
    python = edge_servers.processor_seconds(sides.python()) - python
    ours.milliseconds.clear()
    theirs.milliseconds.clear()
    ours.seconds = theirs.seconds = COST_SECONDS
    cost = edge_servers.compare_cost(ours, theirs, COST_ROUNDS)
    took, checks = time.monotonic() - began, sides.checks() - checks
    for name, side in (("edge", ours), ("open", theirs)):
        print(f"  ms of {name}: {sorted(round(m, 3) for m in side.milliseconds)}")
    print(f"  {checks} checks of {TOKENS} tokens in {took:.0f} s", end=", ")
    print(f"{python:.1f} s of Python, load {os.getloadavg()[0]:.0f}")
    most = TOKENS * (took // HOLDS_SECONDS + 1)
    missed = Ratio(f"edge segments {scheme}", ratios, FASTER).tell()
    missed += Ratio(f"edge processor {scheme}", cost, COST, at_most=True).tell()
    asked = [checks / most]
    return missed + Ratio(f"edge asks {scheme}", asked, 1.0, at_most=True).tell()


def main() -> int:
    """Measure in turn; 1 when a bar is missed."""
    edge_servers.install()
    if own_network.is_to_be_made():
        return own_network.run_inside("tests.bench.bench_edge")
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        memory = stack.enter_context(edge_servers.folder_in_memory())
        own = certificates.make(folder / "certificates")
        tls = {"TLS_CERTIFICATE_FILE": str(own.server), "TLS_KEY_FILE": str(own.key)}
        edged = stack.enter_context(
            running_edged(folder / "edged", EDGE_RUN=f"{memory}/plain")
        )
        told = {name: edged.edge.environ[name] for name in TOLD} | tls
        secure = stack.enter_context(
            running_edge(folder / "secure", EDGE_RUN=f"{memory}/secure", **told)
        )
        course = chain.publish_course(edged.platform, folder)
        viewer = enrol(edged, course, "bench")
        ticket = chain.grant(viewer, course.lecture_id)
        key = f"lectures/{ticket['lecture_id']}/{ticket['edition']}/{FILE}"
        open_objects(edged.edge.environ["OBJECTS_URL"]).put(key, SEGMENT)
        (folder / "open").mkdir()
        (folder / "open" / FILE).write_bytes(SEGMENT)
        bare = start_open(folder / "open", own)
        stack.callback(bare.processes.stop)
        sides = Sides(edged, secure, bare, grant_tokens(edged, ticket, viewer.token))
        with edged.feed_at_rest():  # what it tells media is no work of nginx's
            return min(compare(sides, "https") + compare(sides, "http"), 1)


if __name__ == "__main__":
    sys.exit(main())
