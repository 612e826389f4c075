"""The playlist that offers all renditions."""

import re

import pytest
from media.domain.playlist import language_of, render_playlist
from media.domain.rendition import Rendition, Segment


def rendition(name: str, codec: str, sizes: list[int], width: int = 0) -> Rendition:
    segments = [
        Segment(f"{name}_{i:05d}.m4s", 6.0, 6.0 * i, 6.0 * i + 6, 150, size)
        for i, size in enumerate(sizes)
    ]
    return Rendition(name, codec, 0.04, tuple(segments), width, width * 9 // 16)


LOW = rendition("360p", "avc1.4d401e", [300_000, 150_000], 640)
HIGH = rendition("720p", "avc1.4d401f", [900_000, 600_000], 1280)
SOUND = rendition("audio", "mp4a.40.2", [75_000, 75_000])


def test_every_rendition_is_offered_lowest_first_with_sound() -> None:
    text = render_playlist([LOW, HIGH], SOUND)
    assert text.startswith("#EXTM3U\n#EXT-X-VERSION:7\n")
    assert re.findall(r"^(\w+)\.m3u8$", text, re.M) == ["360p", "720p", "audio"]
    assert 'CODECS="avc1.4d401e,mp4a.40.2",RESOLUTION=640x360' in text
    assert "FRAME-RATE=25.000,VIDEO-RANGE=SDR" in text
    assert text.endswith("\n")


def test_a_variant_states_what_its_picture_and_its_sound_take_together() -> None:
    text = render_playlist([LOW, HIGH], SOUND)
    assert "BANDWIDTH=500002,AVERAGE-BANDWIDTH=400002" in text
    assert "BANDWIDTH=1300002,AVERAGE-BANDWIDTH=1100002" in text
    assert "BANDWIDTH=100001,AVERAGE-BANDWIDTH=100001" in text


def test_every_variant_names_the_sound_it_plays_with_and_no_captions() -> None:
    text = render_playlist([LOW, HIGH], SOUND)
    offers = [line for line in text.splitlines() if "STREAM-INF" in line]
    assert len(offers) == 3
    assert all('AUDIO="sound"' in line for line in offers)
    assert all("CLOSED-CAPTIONS=NONE" in line for line in offers)


def test_a_silent_lecture_offers_pictures_only() -> None:
    text = render_playlist([LOW], None)
    assert "AUDIO" not in text
    assert "audio" not in text
    assert 'CODECS="avc1.4d401e"' in text


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ("", "zh"),
        ("und", "zh"),
        ("chi", "zh"),
        ("zho", "zh"),
        ("zh-Hans-CN", "zh"),
        ("eng", "en"),
        ("en-US", "en"),
        ("yue", "yue"),
        ("ENG", "en"),
        ('e"n', "zh"),
        ("中文", "zh"),
    ],
)
def test_the_language_is_the_tracks_and_chinese_where_it_says_none(
    code: str, language: str
) -> None:
    assert language_of(code) == language
    assert f'LANGUAGE="{language}"' in render_playlist([LOW], SOUND, code)


def test_a_playlist_of_nothing_is_still_a_playlist() -> None:
    empty = rendition("360p", "avc1.4d401e", [], 640)
    assert "BANDWIDTH=1," in render_playlist([empty], None)


def test_a_last_scrap_is_not_the_dearest_segment() -> None:
    scrap = Segment("360p_00002.m4s", 0.04, 12.0, 12.04, 1, 9_000)
    whole = Rendition("360p", LOW.codec, 0.04, (*LOW.segments, scrap), 640, 360)
    assert whole.peak_rate == 400_001
