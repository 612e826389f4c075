"""Both object stores, through the port, against copying the same file.

Run as `python -m tests.bench.bench_objects [GIB]`. The raw baseline of the same run:
the file copied and flushed to the disk. Each figure is the median of the ratios of
pairs taken one after the other.
"""

import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from media.objects.connect import open_objects
from media.objects.port import Objects

from tests.bench.measuring import print_row
from tests.parts.s3 import running_server

ROUNDS, BAR = 3, 0.8
MIB = 1024 * 1024


def seconds(work: Callable[[], object]) -> float:
    os.sync()
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def copied(source: Path, target: Path) -> None:
    """A copy that is on the disk."""
    shutil.copyfile(source, target)
    flushed(target)


def flushed(path: Path) -> None:
    held = os.open(path, os.O_RDONLY)
    os.fsync(held)
    os.close(held)


def measure(name: str, store: Objects, source: Path, folder: Path) -> bool:
    """Put and fetch against copying; whether both hold the bar."""
    puts, gets = [], []
    given, copy = folder / "given", folder / "copy"
    for _ in range(ROUNDS):
        raw = seconds(lambda: copied(source, copy))
        shutil.copyfile(source, given)
        puts.append(raw / seconds(lambda: store.put_file("bench/file", given)))
        raw = seconds(lambda: copied(source, copy))

        def fetch() -> None:
            store.fetch_file("bench/file", copy)
            flushed(copy)

        gets.append(raw / seconds(fetch))
        given.unlink(missing_ok=True)
    store.remove("bench/")
    put, get = statistics.median(puts), statistics.median(gets)
    print_row(f"{name}: putting, to copying", f"{put:.2f}", f"bar {BAR}")
    print_row(f"{name}: fetching, to copying", f"{get:.2f}", f"bar {BAR}")
    return min(put, get) >= BAR


def main(size: int = 1024 * MIB) -> int:
    """Measure both; 1 when a bar is missed."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        source = folder / "source"
        with source.open("wb") as file:
            for _ in range(size // MIB):
                file.write(os.urandom(MIB))
        directory = open_objects(f"file://{folder / 'objects'}")
        directory.prepare()
        held = measure("directory", directory, source, folder)
        with running_server(folder / "s3") as server:
            bucket = open_objects(server.url)
            bucket.prepare()
            held = measure("versitygw", bucket, source, folder) and held
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
