"""A worker of media as a process: `python -m tests.media.worker URL FOLDER SCRIPT`.

It transcodes what waits with a child that runs the script, until it is told to stop.
"""

import signal
import sys
import threading
import time
from pathlib import Path

from chassis.service.work import work_loop
from chassis.storage.aggregates import Aggregates
from chassis.storage.mongo import open_database
from media.clients.scratch import FolderScratch
from media.events.to_events import to_event
from media.objects.directory import DirectoryObjects
from media.store import documents
from media.store.editions import EDITION_FORM, StoredEditions
from media.store.job_leases import LeaseTerms
from media.usecases.transcode_lecture import TranscodeLecture

from tests.media.child import ChildTranscoder, KnownProbe

LEASE_SECONDS = 3.0


def editions_in(folder: Path, leasing: LeaseTerms) -> StoredEditions:
    """The editions of the connected store, their bytes below this folder."""
    rows = Aggregates(
        "media", documents.EditionDocument, EDITION_FORM, to_event, lambda: None
    )
    return StoredEditions(rows, DirectoryObjects(folder / "objects"), leasing)


def run(url: str, folder: Path, script: str) -> None:
    """Work until SIGTERM."""
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    open_database("media", url)
    transcode = TranscodeLecture(
        editions_in(folder, LeaseTerms(stop.is_set, LEASE_SECONDS)),
        KnownProbe(),
        ChildTranscoder(script),
        FolderScratch(folder / "work"),
        time.time,
    )
    working = threading.Thread(
        target=work_loop("transcoding", transcode, lambda *_: None), args=(stop,)
    )
    working.start()
    stop.wait()
    working.join()


if __name__ == "__main__":
    run(sys.argv[1], Path(sys.argv[2]), sys.argv[3])
