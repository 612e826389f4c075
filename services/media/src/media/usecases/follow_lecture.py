"""Tell how far a lecture is, from the beginning of its upload on."""

from media.domain.errors import UnknownLecture
from media.domain.lecture import FAILED, Edition
from media.domain.upload import ACCEPTED, Upload
from media.usecases.ports import Editions, Uploads


def follow_lecture(
    editions: Editions, uploads: Uploads, lecture_id: str
) -> Edition | Upload:
    """Its newest edition; its newest upload where that has come to none, or a new one
    follows an edition that failed.

    Raises UnknownLecture.
    """
    edition = editions.latest(lecture_id)
    if edition is not None and edition.state != FAILED:
        return edition
    upload = uploads.latest(lecture_id)
    if upload is not None and (edition is None or upload.state != ACCEPTED):
        return upload
    if edition is None:
        raise UnknownLecture(f"没有这一讲 {lecture_id}")
    return edition
