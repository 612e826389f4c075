"""Segments through the edge against an open nginx that serves the same file.

Run as `python -m tests.bench.bench_edge`. A platform whose lectures lie in a real
bucket, its edge with a warm cache, its gateway and media that are asked about tokens;
beside it nginx over a folder. wrk keeps 16 connections and asks for a segment of
460 kB under one token after another. Compared in turn, with TLS and without: segments
a second, the processors' time for each (nginx alone, and with the Python that was
asked), and how often Python was asked for each token.
"""

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

from tests.bench import edge_servers
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
TOLD = ("GATEWAY_ADDRESS", "OBJECTS_URL", "STREAM_SECRET", "TRUSTED_PROXIES")
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
    began, checks = time.monotonic(), sides.checks()
    python = edge_servers.processor_seconds(sides.python())
    ratios = alternated(ours.ask_for_a_while, theirs.ask_for_a_while)
    python = edge_servers.processor_seconds(sides.python()) - python
    took, checks = time.monotonic() - began, sides.checks() - checks
    cost = [a / b for a, b in zip(ours.milliseconds, theirs.milliseconds, strict=True)]
    print(f"  ms of nginx a segment: {sorted(round(m, 3) for m in ours.milliseconds)}")
    print(f"  {checks} checks of {TOKENS} tokens in {took:.0f} s")
    print(f"  {python:.1f} s of Python")
    most = TOKENS * (took // HOLDS_SECONDS + 1)
    missed = Ratio(f"edge segments {scheme}", ratios, FASTER).tell()
    missed += Ratio(f"edge processor {scheme}", cost, COST, at_most=True).tell()
    asked = [checks / most]
    return missed + Ratio(f"edge asks {scheme}", asked, 1.0, at_most=True).tell()


def main() -> int:
    """Measure in turn; 1 when a bar is missed."""
    edge_servers.install()
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        own = certificates.make(folder / "certificates")
        tls = {"TLS_CERTIFICATE_FILE": str(own.server), "TLS_KEY_FILE": str(own.key)}
        edged = stack.enter_context(running_edged(folder / "edged"))
        told = {name: edged.edge.environ[name] for name in TOLD} | tls
        secure = stack.enter_context(running_edge(folder / "secure", **told))
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
        for address in (loopback(secure.tls_port, "https"), edged.edge.url):
            sides.tokens.run(address, 1)  # both are warm from here on
        return min(compare(sides, "https") + compare(sides, "http"), 1)


if __name__ == "__main__":
    sys.exit(main())
