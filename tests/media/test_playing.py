"""Players in a browser show what was made from 0 to the end, without a hole."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.depth import IS_DEEP
from tests.media.files import READY
from tests.media.lectures import Lectures
from tests.media.players import Played, play

SOME = (
    "plain.mp4",
    "late-sound.ts",
    "slides.mp4",
    "ntsc.mkv",
    "no-sound.mp4",
    "ladder-ntsc.mp4",
)
KINDS = [kind.name for kind in READY] if IS_DEEP else list(SOME)


def assert_whole(played: Played, seconds: float, frame: float) -> None:
    assert played.errors == []
    assert played.ended
    assert played.stands == pytest.approx(seconds, abs=frame)
    for ranges in played.buffers.values():
        assert len(ranges) == 1
        assert ranges[0][0] == 0
        assert ranges[0][1] == pytest.approx(seconds, abs=frame)


@pytest.mark.part("chromium")
@pytest.mark.parametrize("name", KINDS)
def test_hls_js_plays_it_from_0_to_the_end(
    browser: Browser, lectures: Lectures, tmp_path: Path, name: str
) -> None:
    lecture = lectures(name)
    played = play(browser, "hls", lecture.folder, tmp_path / "site")
    assert set(played.buffers) == {"video", *lecture.made.renditions} - {*lecture.rungs}
    frame = max(float(1 / lecture.length.rate), 1024 / 48_000)
    assert_whole(played, lecture.made.seconds, frame)


@pytest.mark.part("chromium")
@pytest.mark.part("shaka")
@pytest.mark.parametrize("name", KINDS if IS_DEEP else SOME[-2:])
def test_shaka_plays_it_from_0_to_the_end(
    browser: Browser, lectures: Lectures, tmp_path: Path, name: str
) -> None:
    lecture = lectures(name)
    played = play(browser, "shaka", lecture.folder, tmp_path / "site")
    frame = max(float(1 / lecture.length.rate), 1024 / 48_000)
    assert_whole(played, lecture.made.seconds, frame)
