"""What is made is right only if every rendition says and holds the same."""

from dataclasses import replace

import pytest
from media.domain.rendition import Rendition, Segment, faults_in

FRAME = 0.04
PACKET = 1024 / 48_000


def picture(name: str = "360p") -> Rendition:
    """Ten seconds of 25 pictures: 6 and 4."""
    segments = (
        Segment(f"{name}_00000.m4s", 6.0, 0.0, 6.0, 150, 9_000, (0.0, 2.0, 4.0)),
        Segment(f"{name}_00001.m4s", 4.0, 6.0, 10.0, 100, 6_000, (6.0, 8.0)),
    )
    return Rendition(name, "avc1.64001e", FRAME, segments, 640, 360)


def sound() -> Rendition:
    """As long, in packets."""
    cut, end = 282 * PACKET, 469 * PACKET
    segments = (
        Segment("audio_00000.m4s", 6.016, 0.0, cut, 282, 70_000),
        Segment("audio_00001.m4s", 3.989, cut, end, 187, 48_000),
    )
    return Rendition("audio", "mp4a.40.2", PACKET, segments)


def changed(rendition: Rendition, number: int, **fields: object) -> Rendition:
    segments = list(rendition.segments)
    segments[number] = replace(segments[number], **fields)  # type: ignore[arg-type]
    return replace(rendition, segments=tuple(segments))


def test_renditions_that_agree_have_no_fault() -> None:
    assert faults_in([picture(), picture("720p")], sound(), 10.0, 6) == []


@pytest.mark.parametrize(
    "wrong",
    [
        changed(picture(), 0, starts=0.08),
        changed(picture(), 1, begins_whole=False),
        changed(picture(), 1, starts=6.5, stated=3.5),
        changed(picture(), 1, ends=9.9, stated=3.9),
        changed(picture(), 0, stated=5.0),
        changed(picture(), 1, frames=0),
        changed(picture(), 1, frames=200),
        replace(picture(), segments=()),
        replace(picture(), segments=picture().segments[:1]),
        changed(changed(picture(), 0, ends=7.0, stated=7.0), 1, starts=7.0, stated=3.0),
    ],
    ids=[
        "begins late", "no key picture", "a hole", "ends early", "states another",
        "an empty segment", "twice as many frames", "nothing", "half of it",
        "cut a second late",
    ],
)  # fmt: skip
def test_a_rendition_that_is_not_right_is_told(wrong: Rendition) -> None:
    assert faults_in([wrong], None, 10.0, 6) != []
    assert faults_in([picture(), wrong], sound(), 10.0, 6) != []


def test_rungs_with_unlike_frames_or_keys_are_told() -> None:
    fewer = changed(picture("720p"), 1, frames=99)
    assert faults_in([picture(), fewer], None, 10.0, 6) == ["720p: 249 frames, not 250"]
    elsewhere = changed(picture("720p"), 1, keys=(6.0, 8.04))
    assert len(faults_in([picture(), elsewhere], None, 10.0, 6)) == 1


def test_sound_that_ends_before_its_picture_is_told() -> None:
    short = changed(sound(), 1, ends=9.5, stated=3.48)
    assert "audio: ends at 9.500, not 10.000" in faults_in([picture()], short, 10.0, 6)
