"""What waits to be checked and transcoded, and what failed, for operators."""

from chassis.operations.jobs import find_moments, to_status
from chassis.operations.overview import JobStatus
from chassis.outbox.backlog import MOST
from chassis.storage.collections import Rows

from media.domain.lecture import FAILED, TRANSCODING
from media.domain.upload import CHECKING

SINCE = "job.since"


def find_jobs(uploads: Rows, editions: Rows) -> list[JobStatus]:
    """Uploads that are checked, lectures that are made."""
    failed = editions.count_documents({"state": FAILED}, limit=MOST)
    checking = find_moments(uploads, {"state": CHECKING}, SINCE)
    transcoding = find_moments(editions, {"state": TRANSCODING}, SINCE)
    return [
        to_status("upload-checks", checking),
        to_status("transcodes", transcoding, failed),
    ]
