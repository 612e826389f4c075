"""Rosters as workbooks: seconds and memory of honest ones, and of bombs.

Run it as `python -m tests.bench.bench_sheets`. Each file is read in a process of its
own, whose memory and that of its child are added. The raw baseline of the same run: the
library alone turns the largest file into Python's lists.
"""

import io
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import xlsxwriter
from gateway.roster_files.roster_faults import RosterUnreadable
from gateway.roster_files.roster_file import read_roster
from python_calamine import load_workbook

from tests.bench.measuring import print_row
from tests.hostile.test_workbook_bombs import BOMBS

ROWS, USUAL, WIDE = 50_000, 7, 20
LOOK_SECONDS = 0.01
HEADS = ("姓名", "会员号", "手机号", "班级编号", "身份证号", "邮箱", "备注")


class Cost(NamedTuple):
    """Seconds by the clock and of processors; the most memory of the reader, of which
    80 are this bench's own, and of its child, in mebibytes."""

    seconds: float
    cpu: float
    mine: float
    child: float
    found: str


def write_roster(columns: int) -> bytes:
    """A workbook of the most rows, phones as numbers, with so many columns."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"constant_memory": False}) as book:
        sheet = book.add_worksheet("名册")
        more = [f"列{n}" for n in range(columns - USUAL)]
        sheet.write_row(0, 0, [*HEADS, *more])
        for row in range(1, ROWS + 1):
            cells = ("欧阳小明", f"M{row:06d}", 13_800_000_000 + row, "c1")
            rest = (f"110101{row:012d}", f"a{row}@biyong.example", "好")
            sheet.write_row(row, 0, [*cells, *rest, *range(row, row + len(more))])
    return out.getvalue()


def read_one(path: Path) -> None:
    """Read a file and print what it cost and what it was."""
    content = path.read_bytes()
    largest_child = 0.0
    is_over = threading.Event()

    def watch_children() -> None:
        nonlocal largest_child
        while not is_over.wait(LOOK_SECONDS):
            largest_child = max([largest_child, *map(peak_mib, child_pids())])

    watching = threading.Thread(target=watch_children)
    watching.start()
    began, spent = time.perf_counter(), processor_seconds()
    try:
        found = f"{len(read_roster(content).rows)} rows"
    except RosterUnreadable as fault:
        found = fault.fault
    seconds = time.perf_counter() - began
    is_over.set()
    watching.join()
    spent = processor_seconds() - spent
    cost = Cost(seconds, spent, peak_mib(os.getpid()), largest_child, found)
    print(json.dumps(cost))


def child_pids() -> list[int]:
    """The children of this process."""
    texts = (one.read_text() for one in Path("/proc/self/task").glob("*/children"))
    return [int(pid) for text in texts for pid in text.split()]


def peak_mib(pid: int) -> float:
    """The most memory a process had since its program began; 0 once it is gone."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return 0.0


def processor_seconds() -> float:
    """Of this process and its children."""
    used = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


def measure(content: bytes) -> Cost:
    """What a file costs that is read in a process of its own."""
    with tempfile.NamedTemporaryFile(suffix=".bin") as file:
        file.write(content)
        file.flush()
        command = [sys.executable, "-m", __spec__.name, file.name]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    return Cost(*json.loads(done.stdout.splitlines()[-1]))


def print_read(name: str, make: Callable[[], bytes], bar: str) -> None:
    """Measure and print one file: seconds by the clock and of processors, memory."""
    cost = measure(make())
    figure = f"{cost.seconds:.1f} ({cost.cpu:.1f}) s {cost.mine:.0f}+{cost.child:.0f}"
    print_row(name, figure, f"{bar}  {cost.found}")


def main() -> None:
    """Measure and print."""
    usual = write_roster(USUAL)
    began = time.perf_counter()
    rows = load_workbook(io.BytesIO(usual)).get_sheet_by_index(0).to_python()
    raw = time.perf_counter() - began
    print_row(f"the library alone, {len(rows):,} rows", f"{raw:.1f} s", "baseline")
    del rows
    print_read(f"xlsx, 50,000 rows, {USUAL} columns", lambda: usual, "bar 10 s, 200 MB")
    print_read(f"the same, {WIDE} columns", lambda: write_roster(WIDE), "")
    for name, (make, _) in BOMBS.items():
        print_read(name, make, "bar 2 s, 100 MB")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        read_one(Path(sys.argv[1]))
    else:
        main()
