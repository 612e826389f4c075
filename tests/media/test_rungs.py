"""All rungs of one lecture: cut at the same times, offered for what they are."""

import re
from fractions import Fraction

import pytest
from media.clients.measuring import measure_renditions
from media.domain.rendition import Rendition

from tests.media import seeing
from tests.media.lectures import LADDERS, Lecture, Lectures


@pytest.fixture(params=[kind.name for kind in LADDERS])
def ladder(request: pytest.FixtureRequest, lectures: Lectures) -> Lecture:
    """Two rungs and sound at a rate."""
    return lectures(request.param)


def measured(lecture: Lecture) -> list[Rendition]:
    names = lecture.made.renditions
    return measure_renditions(lecture.folder, names, lecture.length.rate, lambda: None)


def test_there_are_both_rungs_and_the_sound(ladder: Lecture) -> None:
    assert ladder.made.renditions == ("360p", "480p", "audio")
    sizes = [(one.width, one.height) for one in measured(ladder)]
    assert sizes == [(640, 360), (854, 480), (0, 0)]


def test_segment_n_begins_within_a_frame_of_its_six_seconds(ladder: Lecture) -> None:
    for rendition in measured(ladder):
        assert len(rendition.segments) == 3
        for number in range(3):
            begins = seeing.first_time(ladder.folder, rendition.name, number)
            assert (
                0 <= begins - 6 * number < Fraction(rendition.frame) + Fraction(1, 90)
            )


def test_no_segment_is_over_six_and_a_half_seconds(ladder: Lecture) -> None:
    for rendition in measured(ladder):
        text = (ladder.folder / f"{rendition.name}.m3u8").read_text()
        stated = [float(one) for one in re.findall(r"#EXTINF:([\d.]+)", text)]
        assert max(stated) <= 6.5
        assert sum(stated) == pytest.approx(ladder.made.seconds, abs=rendition.frame)


def test_rungs_have_equal_frames_and_a_key_at_every_second_second(
    ladder: Lecture,
) -> None:
    low, high, _ = measured(ladder)
    assert low.frame_count == high.frame_count == ladder.length.frames
    assert low.key_times == pytest.approx(high.key_times)
    assert len(low.key_times) == 7
    for number, key in enumerate(low.key_times):
        assert 0 <= key - 2 * number < low.frame


def test_the_playlist_states_what_was_measured(ladder: Lecture) -> None:
    text = (ladder.folder / "master.m3u8").read_text()
    offers = re.findall(r"STREAM-INF:(.*)\n(\w+)\.m3u8", text)
    found = {rendition.name: rendition for rendition in measured(ladder)}
    assert [name for _, name in offers] == ["360p", "480p", "audio"]
    for offer, name in offers:
        bandwidth = int(re.findall(r"(?<!-)BANDWIDTH=(\d+)", offer)[0])
        extra = found["audio"].peak_rate if name != "audio" else 0
        assert bandwidth == found[name].peak_rate + extra
    assert 'LANGUAGE="en"' in text
    assert f"FRAME-RATE={float(ladder.length.rate):.3f}" in text


def test_every_rung_is_marked_as_what_phones_can_show(ladder: Lecture) -> None:
    for rung in ("360p", "480p"):
        text = seeing.description(seeing.whole(ladder.folder, rung))
        assert "yuv420p(tv, bt709, progressive)" in text
        assert "SAR 1:1" in text


def test_nothing_but_the_lecture_lies_in_the_folder(ladder: Lecture) -> None:
    names = {path.name for path in ladder.folder.iterdir()}
    kept = {name for name in names if not name.startswith("whole-")}
    pattern = re.compile(
        r"(360p|480p|audio)(_\d{5}\.m4s|_init\.mp4|\.m3u8)|master\.m3u8|poster\.jpg"
    )
    assert [name for name in kept if not pattern.fullmatch(name)] == []
