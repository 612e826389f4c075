"""Lectures and watch records as media answers them."""

from typing import Any

from media.domain.file_faults import show_fault
from media.domain.lecture import Edition
from media.domain.upload import Upload
from media.domain.watch import WatchRecord


def show_edition(edition: Edition) -> dict[str, Any]:
    """An edition of a lecture, ready or not."""
    return {
        "lecture_id": edition.lecture_id,
        "edition": edition.number,
        "title": edition.title,
        "state": edition.state,
        "percent": edition.percent,
        "seconds": edition.seconds,
        "renditions": edition.renditions,
        "reason": edition.reason,
        "detail": show_fault(edition.reason),
    }


def show_upload(upload: Upload) -> dict[str, Any]:
    """A lecture that has no edition yet, as far as its upload is."""
    return {
        "lecture_id": upload.lecture_id,
        "edition": 0,
        "title": upload.title,
        "state": upload.state,
        "percent": 0,
        "seconds": 0.0,
        "renditions": [],
        "reason": upload.reason,
        "detail": show_fault(upload.reason),
    }


def show_record(record: WatchRecord) -> dict[str, Any]:
    """A watch record, in seconds to a tenth."""
    return {
        "position": record.position,
        "watched": round(record.covered_seconds, 1),
        "percent": record.percent,
        "completed": record.completed,
        "covered": [[round(s, 1), round(e, 1)] for s, e in record.covered],
        "gaps": record.unwatched_gaps(),
    }
