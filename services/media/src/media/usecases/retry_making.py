"""Have a lecture made again that was not, at once."""

from media.domain.errors import SourceGone, UnknownLecture
from media.domain.lecture import DELETED, FAILED, Edition
from media.domain.upload import upload_id_of
from media.usecases.ports import Editions, Uploads


def retry_making(
    editions: Editions, uploads: Uploads, lecture_id: str, now: float
) -> None:
    """The newest edition goes into the line anew if it failed or was put off.

    What is being made or is ready stays as it is. Raises UnknownLecture, SourceGone.
    """
    edition = editions.get_latest(lecture_id)
    if edition is None or edition.state == DELETED:
        raise UnknownLecture(f"没有可以重做的一讲 {lecture_id}")
    if edition.state == FAILED and not _keeps_source(editions, uploads, edition):
        raise SourceGone("原文件已不在：请重新上传这一讲")
    editions.change(edition.id, lambda stored: stored.retry_making(now))


def _keeps_source(editions: Editions, uploads: Uploads, edition: Edition) -> bool:
    """Whether the file is there and stays: that of a refused upload goes any moment."""
    upload = uploads.get(upload_id_of(edition.source))
    is_kept = upload is None or upload.keeps_source
    return is_kept and editions.has_source(edition)
