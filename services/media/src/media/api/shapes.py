"""Lectures, captions, pictures and watch records as media answers them."""

from typing import Any

import msgspec

from media.domain.captions import CaptionTrack
from media.domain.file_faults import show_fault
from media.domain.lecture import Edition
from media.domain.picture_sizes import LARGEST, SIZES
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


class CaptionsOut(msgspec.Struct, kw_only=True):
    """Captions in one language: how many cues, from `last_start` seconds the last.

    `changed` is in epoch seconds, `account` who did; `warnings` are codes.
    """

    lecture_id: str
    language: str
    label: str
    cues: int
    last_start: float
    changed: float
    account: str
    version: int
    warnings: list[str]


class CaptionsTextOut(CaptionsOut):
    """The same with the WebVTT text that viewers get."""

    text: str


class CaptionsListOut(msgspec.Struct, kw_only=True):
    """Captions of a lecture by language, all on one page."""

    items: list[CaptionsOut]
    next: str = ""


class GrantedCaptionsOut(msgspec.Struct, kw_only=True):
    """Captions as a player gets them, and where."""

    language: str
    label: str
    address: str


def show_captions(track: CaptionTrack, seconds: float | None) -> CaptionsOut:
    """Captions of a lecture of so many seconds, if that is known."""
    return CaptionsOut(**_fields_of(track, seconds))


def show_captions_text(track: CaptionTrack, seconds: float | None) -> CaptionsTextOut:
    """The same with their text."""
    return CaptionsTextOut(**_fields_of(track, seconds), text=track.text)


def _fields_of(track: CaptionTrack, seconds: float | None) -> dict[str, Any]:
    return {
        "lecture_id": track.lecture_id,
        "language": track.language,
        "label": track.label,
        "cues": track.cues,
        "last_start": track.last_start,
        "changed": track.changed,
        "account": track.account,
        "version": track.version,
        "warnings": track.find_warnings(seconds),
    }


def grant_captions(track: CaptionTrack, place: str) -> GrantedCaptionsOut:
    """Captions below the address that a stream was granted at."""
    return GrantedCaptionsOut(
        language=track.language,
        label=track.label,
        address=f"{place}/captions/{track.language}/{track.version}.vtt",
    )


class PictureSizeOut(msgspec.Struct, kw_only=True):
    """A size of a picture, and where pages get it."""

    width: int
    height: int
    address: str


class PictureOut(msgspec.Struct, kw_only=True):
    """A picture by its id, with the sides of its largest size; the smallest first."""

    id: str
    width: int
    height: int
    sizes: list[PictureSizeOut]


def show_picture(id_: str) -> PictureOut:
    """A picture in every size."""
    sizes = [
        PictureSizeOut(
            width=size.width,
            height=size.height,
            address=f"/pictures/{id_}/{size.width}",
        )
        for size in SIZES
    ]
    return PictureOut(id=id_, width=LARGEST.width, height=LARGEST.height, sizes=sizes)
