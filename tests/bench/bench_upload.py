"""What a large file costs the processes it passes through.

Run as `python -m tests.bench.bench_upload`. A file of 1 GiB comes in parts through the
gateway, by one client and by four at once, each time to a platform just started; then
the worker joins and checks it. The bar is issue 11's: no process grows by more.
"""

import os
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from biyong.door import Door, path_to
from biyong.home import home_of
from biyong.mails import invitation_to

from tests.bench.measuring import print_row
from tests.platform.running import Platform, running, until

GIB, PART = 1024**3, 8 * 1024**2
CLIENTS = (1, 4)
PASSWORD = "ein-gutes-passwort"
MOST_MIB = 60.0
CHECK_SECONDS = 600.0
"""For joining and checking four files while others share the disk."""
BEGINS = b"\0\0\0\x20ftypisom" + bytes(20)
"""Enough of a film to be taken at the door; the check then finds no film in it."""


class Memory:
    """The resident memory of every process of a platform, from now to its peak."""

    def __init__(self, platform: Platform) -> None:
        self.pids = {one["name"]: one["pid"] for one in platform.said["processes"]}
        self.pids["supervisor"] = platform.process.pid
        for pid in self.pids.values():
            Path(f"/proc/{pid}/clear_refs").write_text("5")  # the peak is now
        self.before = {name: _kept_mib(pid, "VmRSS") for name, pid in self.pids.items()}

    def peaks(self) -> dict[str, float]:
        """The most that each had since, in MiB."""
        return {name: _kept_mib(pid, "VmHWM") for name, pid in self.pids.items()}


def _kept_mib(pid: int, name: str) -> float:
    text = Path(f"/proc/{pid}/status").read_text()
    line = next(one for one in text.splitlines() if one.startswith(f"{name}:"))
    return int(line.split()[1]) / 1024


def a_staff_door(platform: Platform) -> Door:
    """Somebody who may upload. A demo would have a lecture in the making meanwhile."""
    home = home_of({"BIYONG_HOME": str(platform.home)})
    operator, staff = Door(platform.url), Door(platform.url)
    operator.sign_in("operator", home.secret("operator"))
    address = "jiaowu@biyong.example"
    body = {"login": "jiaowu", "name": "教务", "email": address, "role": "staff"}
    operator.call("POST", "/api/invitations", dict, body)
    staff.accept(until(lambda: invitation_to(home.mails, address), 30) or "", PASSWORD)
    return staff


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
        door = a_staff_door(platform)
        memory, began = Memory(platform), time.monotonic()
        with ThreadPoolExecutor(clients) as pool:
            uploads = list(pool.map(lambda n: send(door, n), range(clients)))
        took = time.monotonic() - began
        for upload in uploads:
            wait_checked(door, upload)
        peaks = memory.peaks()
    speed = clients * GIB / took / 1e6
    print_row(f"{clients} at once: MB/s through the gateway", f"{speed:.0f}", "")
    for name, peak in peaks.items():
        before = memory.before[name]
        grown = f"{before:.0f} + {peak - before:.0f}"
        print_row(f"  {name}, MiB", grown, f"bar + {MOST_MIB:.0f}")
    return all(peak - memory.before[name] <= MOST_MIB for name, peak in peaks.items())


def main() -> int:
    """Measure both; 1 when the bar is missed by either."""
    held = [measure(clients) for clients in CLIENTS]
    return int(not all(held))


if __name__ == "__main__":
    sys.exit(main())
