"""Captions are kept with their version in one write, on every engine."""

from dataclasses import replace

import pytest
from media.domain.caption_file import read_cues
from media.domain.captions import CaptionTrack, create_track
from media.domain.errors import EditConflict
from media.events.to_events import to_event
from media.store import documents
from media.store.caption_tracks import TRACK_FORM, StoredCaptionTracks

from tests.engines import Kept
from tests.stores.rows import outbox

CUES = read_cues("00:01.000 --> 00:02.000\n<i>字</i>\n".encode())
TRACK = create_track("v1", "zh-CN", "", CUES, 9.0, "jiaowu")


@pytest.fixture
def tracks(kept: Kept) -> StoredCaptionTracks:
    return StoredCaptionTracks(
        kept.aggregates("media", documents.CaptionTrackDocument, TRACK_FORM, to_event)
    )


def put(tracks: StoredCaptionTracks, track: CaptionTrack = TRACK) -> CaptionTrack:
    return tracks.change(track.lecture_id, track.language, lambda _: track)


def test_a_track_is_kept_whole_with_the_number_of_its_changes(
    tracks: StoredCaptionTracks,
) -> None:
    assert tracks.get("v1", "zh-CN") is None
    assert put(tracks) == replace(TRACK, version=1)
    assert put(tracks, replace(TRACK, label="字幕")).version == 2
    assert tracks.get("v1", "zh-CN") == replace(TRACK, label="字幕", version=2)
    assert outbox(tracks.rows, TRACK.id) == []


def test_a_lectures_tracks_are_found_by_language_without_their_texts(
    tracks: StoredCaptionTracks,
) -> None:
    for lecture, language in (("v1", "zh-CN"), ("v1", "en"), ("v2", "fr")):
        put(tracks, replace(TRACK, lecture_id=lecture, language=language))
    found = tracks.find_by_lecture("v1")
    assert [(t.language, t.text, t.version) for t in found] == [
        ("en", "", 1),
        ("zh-CN", "", 1),
    ]
    assert tracks.find_by_lecture("v3") == []


def test_a_deleted_track_is_not_found_and_goes_on_counting(
    tracks: StoredCaptionTracks,
) -> None:
    put(tracks)
    gone = tracks.change("v1", "zh-CN", lambda stored: (stored or TRACK).delete(10.0))
    assert (gone.text, gone.version) == ("", 2)
    assert tracks.get("v1", "zh-CN") is None
    assert tracks.find_by_lecture("v1") == []
    assert put(tracks).version == 3


def test_who_was_overtaken_decides_on_what_there_is_now(
    tracks: StoredCaptionTracks,
) -> None:
    others = iter([lambda: put(tracks)])

    def decide(stored: CaptionTrack | None) -> CaptionTrack:
        for other in others:
            other()
        if stored is not None:
            raise EditConflict(stored.version)
        return TRACK

    with pytest.raises(EditConflict):
        tracks.change("v1", "zh-CN", decide)
