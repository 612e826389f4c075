"""Tell how far a lecture is, from the beginning of its upload on."""

from media.domain.errors import UnknownLecture
from media.domain.lecture import DELETED, FAILED, Edition
from media.domain.upload import ACCEPTED, GIVEN_UP, LAPSED, Upload
from media.usecases.ports import Editions, Uploads


def follow_lecture(
    editions: Editions, uploads: Uploads, lecture_id: str
) -> Edition | Upload:
    """Its newest edition; its newest upload where that has come to none, or a new one
    follows an edition that failed.

    Raises UnknownLecture, also for one that was deleted.
    """
    edition = editions.get_latest(lecture_id)
    if edition is not None and edition.state not in (FAILED, DELETED):
        return edition
    upload = uploads.get_latest(lecture_id)
    if upload is not None and _is_newer(upload, edition):
        return upload
    if edition is None or edition.state == DELETED:
        raise UnknownLecture(f"没有这一讲 {lecture_id}")
    return edition


def _is_newer(upload: Upload, edition: Edition | None) -> bool:
    """Whether the upload says more than the edition, which came to nothing."""
    if edition is None:
        return True
    return upload.state != ACCEPTED and upload.reason not in (LAPSED, GIVEN_UP, DELETED)
