"""The edge before the gateway: what a page costs more by it, and how soon it comes.

Run as `python -m tests.bench.bench_front`. A platform with its demo behind an edge.
Compared in turn: processor time of all that a signed-in page needs, through the edge
and at the gateway itself. Then the catalogue's page at 50 requests a second, as a
stranger gets it (kept by the edge) and signed in (never kept). Then what pages take
while 1,000 connections are idle and 200 send a head that does not end.
"""

import json
import os
import socket
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.bench import edge_servers, own_network
from tests.bench.bench_pages import Headers, ask_together, processor_seconds
from tests.bench.edge_servers import processor_seconds as processes_seconds
from tests.bench.open_loop import Asker, percentiles, run_open_loop
from tests.bench.ratios import Ratio, alternated
from tests.parts.process import HOST
from tests.platform.edge import Edged, running_edged

PAGE, ROUNDS, ANSWERS = "/courses", 7, 200
MOST_COST = 1.15
RATE, SECONDS, MOST_P95_MS = 50.0, 20.0, 80.0
FEW = 10.0
"""A second: of signed-in pages one gateway answers not much more than 50."""
IDLE, SLOW, MOST_P99_MS = 1000, 200, 200.0
DRIP_SECONDS = 1.0


def cost_of(edged: Edged, url: str, headers: Headers) -> float:
    """Milliseconds of processor for each page: of services, gateway, store and edge."""

    def spent() -> float:
        return processor_seconds(edged.platform) + processes_seconds(edged.edge.pids)

    before = spent()
    ask_together(url, PAGE, headers, ANSWERS)
    return 1000 * (spent() - before) / ANSWERS


def measure_cost(edged: Edged, headers: Headers) -> int:
    """Through the edge to without it; 1 when the bar is missed."""
    ratios = alternated(
        lambda: cost_of(edged, edged.edge.url, headers),
        lambda: cost_of(edged, edged.platform.url, headers),
        rounds=ROUNDS,
        unit="ms",
    )
    return Ratio("page through the edge", ratios, MOST_COST, at_most=True).tell()


def measure_pages(
    edged: Edged, name: str, headers: Headers, share: int, most: float, rate: float
) -> int:
    """Pages at a steady rate; 1 when the percentile at `share` (1: p95, 2: p99) is
    above."""
    asked = run_open_loop(Asker(edged.edge.url, headers), [("", PAGE)], rate, SECONDS)
    assert {one.status for one in asked} == {200}
    cuts = percentiles(asked)
    ms = dict(zip(("p50", "p95", "p99"), (round(cut, 1) for cut in cuts), strict=True))
    load = round(os.getloadavg()[0])
    bar = f"p{(50, 95, 99)[share]} {most:.0f} ms"
    print(json.dumps({"name": name, **ms, "bar": bar, "load": load}), flush=True)
    return int(cuts[share] > most)


@contextmanager
def holding_connections(port: int) -> Iterator[None]:
    """Idle ones, and slow ones that begin a head anew whenever they were cut off."""
    ended = threading.Event()

    def begin() -> socket.socket:
        client = socket.create_connection((HOST, port))
        client.sendall(b"GET / HTTP/1.1\r\n")
        return client

    def drip() -> None:
        slow = [begin() for _ in range(SLOW)]
        while not ended.wait(DRIP_SECONDS):
            for place, client in enumerate(slow):
                try:
                    client.sendall(b"X-A: b\r\n")
                except OSError:
                    client.close()
                    slow[place] = begin()
        for client in slow:
            client.close()

    with ExitStack() as stack:
        for _ in range(IDLE):
            stack.enter_context(socket.create_connection((HOST, port)))
        dripping = threading.Thread(target=drip)
        dripping.start()
        try:
            yield
        finally:
            ended.set()
            dripping.join()


def measure(edged: Edged) -> int:
    """All of it; how many bars are missed."""
    door = edged.platform.door(edged.platform.trainee())
    own = {"Authorization": f"Bearer {door.token}", "Accept": "text/html"}
    missed = measure_cost(edged, own)
    missed += measure_pages(edged, "page of a stranger", {}, 1, MOST_P95_MS, RATE)
    missed += measure_pages(edged, "page signed in", own, 1, MOST_P95_MS, RATE)
    with holding_connections(edged.edge.port):
        missed += measure_pages(edged, "stranger beside slow", {}, 2, MOST_P99_MS, RATE)
        missed += measure_pages(
            edged, "signed in beside slow", own, 2, MOST_P99_MS, FEW
        )
    return missed


def main() -> int:
    """Measure; 1 when a bar is missed."""
    edge_servers.install()
    if own_network.is_to_be_made():
        return own_network.run_inside("tests.bench.bench_front")
    with (
        tempfile.TemporaryDirectory() as name,
        running_edged(Path(name) / "edged") as edged,
    ):
        return min(measure(edged), 1)


if __name__ == "__main__":
    sys.exit(main())
