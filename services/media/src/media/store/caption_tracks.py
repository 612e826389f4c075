"""The caption tracks port over MongoEngine."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from chassis.storage.aggregates import (
    Aggregates,
    AlreadyExists,
    FieldMapping,
    NotFound,
    mapping_of,
)

from media.domain.captions import CaptionTrack, track_id

plain: FieldMapping[CaptionTrack] = mapping_of(CaptionTrack)
WITHOUT_TEXT = {"outbox": 0, "text": 0}


def _to_fields(track: CaptionTrack) -> dict[str, Any]:
    """All fields but the version, which is the aggregate's own."""
    fields = plain.to_fields(track)
    del fields["version"]
    return fields


TRACK_FORM = FieldMapping(_to_fields, plain.from_fields)


class StoredCaptionTracks:
    """Captions of lectures; text and version change in one write."""

    def __init__(self, rows: Aggregates[CaptionTrack]) -> None:
        self.rows = rows

    def get(self, lecture_id: str, language: str) -> CaptionTrack | None:
        """The track with its text, or None, also for one that was deleted."""
        try:
            track = self.rows.get(track_id(lecture_id, language))
        except NotFound:
            return None
        return None if track.is_deleted else track

    def find_by_lecture(self, lecture_id: str) -> list[CaptionTrack]:
        """A lecture's tracks by language, without their texts; none deleted."""
        found = self.rows.collection.find(
            {"lecture_id": lecture_id, "is_deleted": False},
            WITHOUT_TEXT,
            sort=[("language", 1)],
        )
        return [plain.from_fields(row["_id"], {**row, "text": ""}) for row in found]

    def change(
        self,
        lecture_id: str,
        language: str,
        decide: Callable[[CaptionTrack | None], CaptionTrack],
    ) -> CaptionTrack:
        """Read a track, deleted or not, decide, write under the version that was read.

        `decide` gets None where there never was one. What comes back has its version.
        """

        def decide_next(stored: CaptionTrack) -> tuple[CaptionTrack, tuple[()]]:
            return replace(decide(stored), version=stored.version + 1), ()

        id_ = track_id(lecture_id, language)
        try:
            return self.rows.change(id_, decide_next)
        except NotFound:
            first = replace(decide(None), version=1)
        try:
            self.rows.add(id_, first)
        except AlreadyExists:  # another was quicker
            return self.rows.change(id_, decide_next)
        return first
