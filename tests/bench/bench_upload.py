"""What a large file costs the processes it passes through.

Run as `python -m tests.bench.bench_upload`. A file of 1 GiB comes in parts through the
gateway, by one client and by four at once, each time to a platform just started; then
the worker joins and checks it. Last comes one of 2 GiB that is cut five times. The bar
is issue 11's, and of the last issue 14's: no process grows by more.
"""

import os
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from biyong.door import Door, path_to

from tests.bench.measuring import print_row
from tests.platform import uploading
from tests.platform.memory import Memory
from tests.platform.running import running, until
from tests.platform.uploading import CHECK_SECONDS, Sender

GIB, PART = 1024**3, 8 * 1024**2
CLIENTS = (1, 4)
MOST_MIB = 60.0
BEGINS = b"\0\0\0\x20ftypisom" + bytes(20)
"""Enough of a film to be taken at the door; the check then finds no film in it."""


def send(door: Door, number: int) -> str:
    """One client sends its file; the upload's id, all parts there and being checked."""
    body = {"title": f"大文件 {number}", "bytes": GIB}
    begun = door.call("POST", "/api/media/uploads", dict[str, Any], body)
    piece = os.urandom(PART)
    for part in range(1, begun["count"] + 1):
        content = BEGINS + piece[len(BEGINS) :] if part == 1 else piece
        path = path_to("media", "uploads", begun["id"], "parts", str(part))
        door.call("PUT", path, dict, raw=content)
    path = path_to("media", "uploads", begun["id"], "completion")
    door.call("POST", path, dict)
    return str(begun["id"])


def wait_checked(door: Door, upload: str) -> None:
    """Until the check has ended, as it must: this is no film."""
    path = path_to("media", "uploads", upload)

    def is_checked() -> bool:
        state = door.call("GET", path, dict[str, Any])["state"]
        assert state != "accepted"
        return bool(state == "refused")

    until(is_checked, CHECK_SECONDS, every=0.5)


def measure(clients: int) -> bool:
    """So many clients at once; whether no process grew by more than the bar."""
    with (
        tempfile.TemporaryDirectory() as folder,
        running(Path(folder) / "home", demo=False) as platform,
    ):
        door = uploading.staff_door(platform)
        memory, began = Memory(platform), time.monotonic()
        with ThreadPoolExecutor(clients) as pool:
            uploads = list(pool.map(lambda n: send(door, n), range(clients)))
        took = time.monotonic() - began
        for upload in uploads:
            wait_checked(door, upload)
        memory.read()
    speed = clients * GIB / took / 1e6
    print_row(f"{clients} at once: MB/s through the gateway", f"{speed:.0f}", "")
    return has_held(memory)


def measure_cut() -> bool:
    """A file of 2 GiB cut five times; whether it ends whole and the bar held."""
    with tempfile.TemporaryDirectory() as folder:
        file = uploading.large_lecture(Path(folder) / "large.mp4", 2 * GIB)
        with running(Path(folder) / "home", demo=False) as platform:
            sender = Sender.begin(platform, uploading.staff_door(platform), file)
            memory = Memory(platform)
            sender.send_rest(uploading.spread_cuts(sender.upload["count"]), memory)
            kept = uploading.digest_of(sender.finish())
            memory.read()
        is_whole = kept == uploading.digest_of(file)
    print_row("2 GiB cut five times", "whole" if is_whole else "BROKEN", "whole")
    return has_held(memory) and is_whole


def has_held(memory: Memory) -> bool:
    """Print what every process grew by; whether none did by more than the bar."""
    for name, grown in memory.grown.items():
        figure = f"{memory.before[name]:.0f} + {grown:.0f}"
        print_row(f"  {name}, MiB", figure, f"bar + {MOST_MIB:.0f}")
    return all(grown <= MOST_MIB for grown in memory.grown.values())


def main() -> int:
    """Measure all; 1 when a bar is missed by any."""
    held = [*(measure(clients) for clients in CLIENTS), measure_cut()]
    return int(not all(held))


if __name__ == "__main__":
    sys.exit(main())
