"""Stop the making of a lecture, wherever it is."""

from media.domain.errors import UnknownLecture
from media.domain.lecture import Edition
from media.domain.upload import CHECK_CANCELLED
from media.usecases.ports import Editions, Uploads
from media.usecases.refuse_upload import refuse_upload


def cancel_making(
    editions: Editions, uploads: Uploads, lecture_id: str, now: float
) -> None:
    """What waits or is being made fails as cancelled; whoever makes it notices.

    An upload whose check waits or goes on is refused, and its bytes go.
    Cancelling again changes nothing, nor what is ready. Raises UnknownLecture.
    """
    waiting = uploads.find_checking(lecture_id)
    for upload in waiting:
        refuse_upload(uploads, editions, upload, CHECK_CANCELLED, now)
    edition = editions.get_latest(lecture_id)  # also what was accepted meanwhile
    if not waiting and edition is None:
        raise UnknownLecture(f"没有这一讲 {lecture_id}")
    if edition is not None:
        editions.change(edition.id, Edition.cancel_making)
