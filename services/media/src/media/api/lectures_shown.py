"""Lectures and watch records as media answers them."""

from typing import Any

from contracts.http.media import (
    GrantedCaptionsOut,
    GrantOut,
    LectureOut,
    MakingOut,
    WatchRecordOut,
)

from media.domain.captions import CaptionTrack
from media.domain.file_faults import show_fault
from media.domain.ladder import SEGMENT_SECONDS
from media.domain.lecture import Edition
from media.domain.upload import Upload
from media.domain.watch import WatchRecord
from media.usecases.grant_stream import StreamGrant
from media.usecases.ports import Editions


def show_lecture(editions: Editions, lecture: Edition | Upload) -> LectureOut:
    """A lecture as far as its edition is, or the upload that is to become one."""
    return LectureOut.of(lecture, **_place(editions, lecture), **_edition(lecture))


def show_making(editions: Editions, lecture: Edition | Upload) -> MakingOut:
    """The same with the tries of its making, or of its upload's check."""
    return MakingOut.of(
        lecture,
        is_worked_on=lecture.job.is_held,
        tries=lecture.job.tries,
        cause=lecture.job.cause,
        again_at=lecture.job.again_at,
        **_place(editions, lecture),
        **_edition(lecture),
    )


def show_grant(granted: StreamGrant) -> GrantOut:
    """A stream that was granted, with the paths of what belongs to it."""
    edition = granted.edition
    prefix = f"/v/{granted.token}/{edition.lecture_id}/{edition.number}"
    return GrantOut.of(
        edition,
        prefix=prefix,
        playlist=f"{prefix}/master.m3u8",
        poster=f"{prefix}/poster.jpg",
        captions=[_grant_captions(track, prefix) for track in granted.tracks],
        token=granted.token,
        expires=granted.expires,
        rate=granted.fastest,
        segment_seconds=SEGMENT_SECONDS,
        watch=show_record(granted.record),
        **_edition(edition),
    )


def show_record(record: WatchRecord) -> WatchRecordOut:
    """A watch record, in seconds to a tenth."""
    return WatchRecordOut.of(
        record,
        watched=round(record.covered_seconds, 1),
        covered=[(round(start, 1), round(end, 1)) for start, end in record.covered],
        gaps=record.unwatched_gaps(),
    )


def _edition(lecture: Edition | Upload) -> dict[str, Any]:
    """What is not called so in an edition, or is not there of an upload."""
    detail = show_fault(lecture.reason)
    if isinstance(lecture, Edition):
        return {"edition": lecture.number, "detail": detail}
    unmade = {"edition": 0, "percent": 0, "seconds": 0.0, "renditions": []}
    return {**unmade, "detail": detail}


def _place(editions: Editions, lecture: Edition | Upload) -> dict[str, int]:
    """The place among those that wait to be made; an upload is not among them."""
    if isinstance(lecture, Upload):
        return {"place": 0}
    return {"place": editions.get_waiting_place(lecture)}


def _grant_captions(track: CaptionTrack, prefix: str) -> GrantedCaptionsOut:
    address = f"{prefix}/captions/{track.language}/{track.version}.vtt"
    return GrantedCaptionsOut.of(track, address=address)
