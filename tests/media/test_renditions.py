"""What is made of a file: every rendition whole, of one length, on one clock."""

from fractions import Fraction

import pytest

from tests.depth import IS_DEEP
from tests.media import seeing
from tests.media.files import READY
from tests.media.lectures import Lectures

A_DOZEN = (
    "plain.mp4",
    "live.webm",
    "late-sound.ts",
    "late-picture.mkv",
    "sound-after-all.ts",
    "sound-longer.mp4",
    "sound-shorter.mp4",
    "ten-hours.mkv",
    "clock-wraps.ts",
    "hole.mkv",
    "ntsc.mkv",
    "slides.mp4",
    "one-picture.mp4",
    "laced-h264.mp4",
    "size-changes.ts",
    "no-sound.mp4",
    "odd-sides.mkv",
)
"""One of each way in which a file can be unlike another."""
KINDS = [kind.name for kind in READY] if IS_DEEP else list(A_DOZEN)
PACKET = 1024 / seeing.SAMPLE_RATE
# Where flash and beep stand in a lecture of a kind.
MOMENTS = {
    "plain.mp4": (1.0, 1.0),
    "late-sound.ts": (1.0, 2.0),
    "late-picture.mkv": (2.0, 1.0),
    "sound-after-all.ts": (1.0, 7.0),
    "sound-longer.mp4": (1.0, 1.0),
    "sound-shorter.mp4": (1.0, 1.0),
    "ten-hours.mkv": (1.0, 1.0),
    "clock-wraps.ts": (1.0, 1.0),
    "ntsc.mkv": (1.0, 1.0),
    "slides.mp4": (1.0, 1.0),
}


@pytest.mark.parametrize("name", KINDS)
def test_every_rung_has_all_pictures_and_decodes_without_a_word(
    lectures: Lectures, name: str
) -> None:
    lecture = lectures(name)
    for rung in lecture.rungs:
        shown = seeing.see(lecture.folder, rung)
        assert (rung, shown.complaints) == (rung, "")
        assert (rung, len(shown.means)) == (rung, lecture.length.frames)


@pytest.mark.parametrize("name", KINDS)
def test_sound_is_as_long_as_the_pictures_and_decodes_without_a_word(
    lectures: Lectures, name: str
) -> None:
    lecture = lectures(name)
    assert ("audio" in lecture.made.renditions) == (lecture.probed.sound is not None)
    if lecture.probed.sound:
        heard = seeing.hear(lecture.folder)
        assert heard.complaints == ""
        assert heard.seconds == pytest.approx(lecture.made.seconds, abs=PACKET)


@pytest.mark.parametrize("name", KINDS)
def test_every_rendition_begins_at_0_by_its_own_data(
    lectures: Lectures, name: str
) -> None:
    lecture = lectures(name)
    for rendition in lecture.made.renditions:
        assert seeing.first_time(lecture.folder, rendition) == 0


@pytest.mark.parametrize("name", KINDS)
def test_the_stated_length_holds_the_file_and_at_most_a_picture_more(
    lectures: Lectures, name: str
) -> None:
    lecture = lectures(name)
    frame = float(1 / lecture.length.rate)
    beyond = lecture.made.seconds - lecture.probed.seconds
    assert -0.2 * frame <= beyond <= frame


@pytest.mark.parametrize("name", KINDS)
def test_a_lecture_has_a_poster_of_its_aspect(lectures: Lectures, name: str) -> None:
    lecture = lectures(name)
    assert (lecture.folder / "poster.jpg").stat().st_size > 100
    assert not (lecture.folder / "poster.mp4").exists()


@pytest.mark.parametrize("name", MOMENTS)
def test_what_flashes_and_what_beeps_comes_when_it_must_within_a_picture(
    lectures: Lectures, name: str
) -> None:
    lecture = lectures(name)
    flash, beep = MOMENTS[name]
    frame = float(1 / lecture.length.rate)
    shown = seeing.see(lecture.folder, lecture.rungs[-1]).flashes(lecture.length.rate)
    heard = seeing.hear(lecture.folder).beeps()
    assert shown == [pytest.approx(flash, abs=frame + 0.001)]
    assert heard == [pytest.approx(beep, abs=frame + 0.001)]
    apart = (heard[0] - beep) - (shown[0] - flash)
    assert abs(apart) <= frame


def test_a_pause_of_the_recording_stays_as_long_as_it_was(lectures: Lectures) -> None:
    lecture = lectures("hole.mkv")
    frame = 1 / 25
    shown = seeing.see(lecture.folder, "180p").flashes(Fraction(25))
    assert lecture.made.seconds == pytest.approx(32.0, abs=frame + 0.001)
    assert shown == [pytest.approx(31.0, abs=frame + 0.001)]
    assert seeing.hear(lecture.folder).beeps()[-1] == pytest.approx(shown[0], abs=frame)
