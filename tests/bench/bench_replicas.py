"""Two replicas of a worker over one, where each job needs one thread.

Run as `python -m tests.bench.bench_replicas`. Lectures wait before the workers begin;
each is made by a child of media's worker that needs a second of one processor. Nothing
is told to a replica but what the first was told. Needs two processors that are quiet:
what others take of them, one worker does not miss and two do.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from chassis.storage.mongo import open_database
from media.domain.lecture import READY, Edition
from media.store import documents
from media.store.job_leases import LeaseTerms

from tests.bench.ratios import Ratio, alternated
from tests.embedded.conftest import start_store
from tests.media.child import PROBED
from tests.media.worker import editions_in
from tests.parts.process import wait_until

JOBS, ROUNDS, BAR = 12, 3, 1.7  # issue 16's bar
PATIENCE_SECONDS = 300
numbers = count()


class Bench:
    """A store with lectures that wait, and how many there are of each state."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url, self.folder = url, folder
        (folder / "work").mkdir()
        self.database = open_database("media", url)
        documents.EditionDocument.ensure_indexes()
        self.editions = editions_in(folder, LeaseTerms(lambda: False))
        self.editions.objects.prepare()

    def queue_lecture(self) -> None:
        """One lecture more that waits to be made."""
        name = f"v{next(numbers)}"
        source = f"sources/{name}/u1"
        self.editions.objects.put(source, b"film")
        edition = Edition(name, 1, "触电急救", source, PROBED.seconds, 4, PROBED)
        self.editions.create(edition, edition.creation_events())
        self.editions.change(edition.id, lambda held: held.queue_making(time.time()))

    def count_made(self) -> int:
        """How many lectures are ready."""
        rows = self.editions.rows.collection
        return int(rows.count_documents({"state": READY}))

    def measure(self, replicas: int) -> float:
        """Lectures an hour with so many workers, from the first one made to the last:
        how long a process takes to start is not what is asked."""
        wanted = self.count_made() + JOBS
        for _ in range(JOBS):
            self.queue_lecture()
        first = wanted - JOBS + replicas
        with self._workers(replicas):
            assert wait_until(lambda: self.count_made() >= first, PATIENCE_SECONDS)
            began, at_first = time.monotonic(), self.count_made()
            assert wait_until(lambda: self.count_made() >= wanted, PATIENCE_SECONDS)
            return 3600 * (wanted - at_first) / (time.monotonic() - began)

    @contextmanager
    def _workers(self, replicas: int) -> Iterator[None]:
        module = [sys.executable, "-m", "tests.media.worker"]
        command = [*module, self.url, str(self.folder), "compute"]
        started = [subprocess.Popen(command) for _ in range(replicas)]
        try:
            yield
        finally:
            for process in started:
                process.terminate()
            for process in started:
                process.wait()


def main() -> int:
    """Measure in turn; 1 when the bar is missed."""
    print(f"  load of this machine: {os.getloadavg()[0]:.1f}", flush=True)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        store = start_store(folder / "store.db")
        try:
            bench = Bench(f"mongodb://127.0.0.1:{store.port}/", folder)
            ratios = alternated(
                lambda: bench.measure(2), lambda: bench.measure(1), ROUNDS, "an hour"
            )
        finally:
            store.stop()
    return Ratio("two replicas", ratios, BAR).tell()


if __name__ == "__main__":
    sys.exit(main())
