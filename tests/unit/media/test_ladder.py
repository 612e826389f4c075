"""Which renditions a lecture gets, and the playlist that offers them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from media.domain.ladder import Measured, multivariant, rungs_for

LOW = Measured("360p", 520_000, 300_000, "avc1.4d401e", 640, 360, 25.0)
HIGH = Measured("720p", 1_900_000, 900_000, "avc1.4d401f", 1280, 720, 25.0)
SOUND = Measured("audio", 98_000, 96_000, "mp4a.40.2")


@pytest.mark.parametrize(
    ("height", "names"),
    [
        (240, ["360p", "720p"]),
        (480, ["360p", "720p"]),
        (720, ["360p", "720p"]),
        (1079, ["360p", "720p"]),
        (1080, ["360p", "720p", "1080p"]),
        (2160, ["360p", "720p", "1080p"]),
    ],
)
def test_a_lecture_gets_the_rungs_its_height_allows(
    height: int, names: list[str]
) -> None:
    assert [rung.name for rung in rungs_for(height)] == names


@given(st.integers(0, 10_000))
def test_there_are_always_two_rungs_and_none_above_the_source_beyond_720(
    height: int,
) -> None:
    rungs = rungs_for(height)
    assert len(rungs) >= 2
    assert all(rung.height <= max(height, 720) for rung in rungs)
    assert [r.height for r in rungs] == sorted(r.height for r in rungs)


def test_every_rendition_is_offered_lowest_first_with_sound() -> None:
    text = multivariant([LOW, HIGH], SOUND)
    assert text.startswith("#EXTM3U\n#EXT-X-VERSION:7\n")
    assert re.findall(r"^(\w+)\.m3u8$", text, re.M) == ["360p", "720p", "audio"]
    assert 'CODECS="avc1.4d401e,mp4a.40.2",RESOLUTION=640x360' in text
    assert "BANDWIDTH=618000,AVERAGE-BANDWIDTH=396000" in text
    assert text.endswith("\n")


def test_every_variant_names_the_sound_it_plays_with() -> None:
    text = multivariant([LOW, HIGH], SOUND)
    offers = [line for line in text.splitlines() if "STREAM-INF" in line]
    assert len(offers) == 3
    assert all('AUDIO="sound"' in line for line in offers)


def test_a_silent_lecture_offers_pictures_only() -> None:
    text = multivariant([LOW], None)
    assert "AUDIO" not in text
    assert "audio" not in text
    assert 'CODECS="avc1.4d401e"' in text
