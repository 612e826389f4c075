"""Refuse a file that was checked, and tell it where nothing else can be watched."""

from media.domain.lecture import DELETED, FAILED, Edition
from media.domain.upload import Upload
from media.usecases.add_edition import add_edition
from media.usecases.ports import Editions, Uploads


def refuse_upload(
    uploads: Uploads, editions: Editions, upload: Upload, reason: str, now: float
) -> None:
    """The upload is refused, its bytes may go.

    A lecture that has no other edition gets one that failed, so that all who consume
    events of lectures learn of its end; another edition stands as if nothing had come.
    """
    others = editions.find_by_lecture(upload.lecture_id)
    if all(edition.state in (FAILED, DELETED) for edition in others):
        failed = Edition(
            upload.lecture_id,
            0,
            upload.title,
            upload.source,
            0.0,
            upload.bytes,
            state=FAILED,
            reason=reason,
        )
        add_edition(editions, failed)
    uploads.change(upload.id, lambda stored: stored.refuse(reason, now))
