"""Sound: one loudness, from every channel, in its place."""

from pathlib import Path

import pytest
from media.clients.loudness import gain_for
from media.clients.probe import ChildProbe
from media.clients.program import find_ffmpeg
from media.domain.probed import Picture, Probed, Sound

from tests.media import seeing
from tests.media.lectures import Lecture, Lectures, transcode
from tests.media.making import BOTH, picture, sound

SECONDS = 6.0  # EBU R128 needs some blocks of 0.4 s
WANTED = -16.0


def lecture_of(folder: Path, *sources: str, channels: int = 2) -> Lecture:
    """A lecture whose sound is these sources, one behind the other."""
    source = folder / "source.mkv"
    line = f"-f lavfi -i color=gray:s=64x64:r=1:d={SECONDS}"
    for source_of_sound in sources:
        line += f" -f lavfi -i '{source_of_sound}'"
    seeing.run(
        "-v", "error", *seeing.arguments(line), "-c:v", "libx264", "-c:a", "flac",
        source,
    )  # fmt: skip
    probed = Probed(
        SECONDS,
        Picture(0, 64, 64, 1.0, 0.0, SECONDS),
        Sound(1, channels, 0.0, SECONDS),
    )
    return transcode(source, folder / "out", probed)


def speech(level: float, layout: str = "stereo", only: int | None = None) -> str:
    """Something like speech: a voice of three tones that comes four times a second, in
    all channels or in one."""
    count = {"mono": 1, "stereo": 2, "5.1": 6, "7.1": 8}[layout]
    tones = "+".join(f"sin(2*PI*{tone}*t)/3" for tone in (210, 640, 1900))
    word = f"{level}*({tones})*(0.1+0.9*lt(mod(t\\,0.25)\\,0.15))"
    channels = [word if only in (None, at) else "0" for at in range(count)]
    return f"aevalsrc={'|'.join(channels)}:c={layout}:s=48000:d={SECONDS}"


def loudness_of(lecture: Lecture) -> float:
    return seeing.loudness(seeing.whole(lecture.folder, "audio"))


@pytest.mark.parametrize("level", [0.003, 0.05, 0.9])
def test_every_lecture_is_equally_loud(tmp_path: Path, level: float) -> None:
    lecture = lecture_of(tmp_path, speech(level))
    assert loudness_of(lecture) == pytest.approx(WANTED, abs=1.0)


@pytest.mark.parametrize(("layout", "channels"), [("5.1", 6), ("7.1", 8)])
def test_a_voice_in_the_centre_is_heard_on_both_sides(
    tmp_path: Path, layout: str, channels: int
) -> None:
    lecture = lecture_of(tmp_path, speech(0.1, layout, only=2), channels=channels)
    assert loudness_of(lecture) == pytest.approx(WANTED, abs=1.0)
    heard = seeing.hear(lecture.folder)
    assert max(heard.left) == pytest.approx(max(heard.right), rel=0.05)


def test_a_voice_on_the_left_stays_there_and_is_as_loud(tmp_path: Path) -> None:
    lecture = lecture_of(tmp_path, speech(0.1, only=0))
    assert loudness_of(lecture) == pytest.approx(WANTED, abs=1.5)
    heard = seeing.hear(lecture.folder)
    assert max(heard.left) > 20 * max(heard.right)


def test_sound_that_gets_more_channels_in_the_middle_goes_on_in_time(
    tmp_path: Path,
) -> None:
    source, pieces = tmp_path / "source.ts", []
    for begins, channels, layout in ((0, 2, "stereo"), (2, 6, "5.1")):
        piece = tmp_path / f"{layout}.ts"
        line = (
            f"{picture()} {sound(channels=channels)} {BOTH} -af volume={2 / channels}"
        )
        line += f" -channel_layout {layout} -output_ts_offset {begins}"
        seeing.run("-v", "error", *seeing.arguments(line), piece)
        pieces.append(piece.read_bytes())
    source.write_bytes(b"".join(pieces))
    probed = ChildProbe(find_ffmpeg("")).probe_file(source)
    heard = seeing.hear(transcode(source, tmp_path / "out", probed).folder)
    assert heard.beeps() == [pytest.approx(1.0, abs=0.04), pytest.approx(3.0, abs=0.04)]


def test_nothing_is_louder_than_what_players_can_show(tmp_path: Path) -> None:
    lecture = lecture_of(tmp_path, speech(0.9))
    assert max(seeing.hear(lecture.folder).left) < 32_767


def test_silence_stays_silent(tmp_path: Path) -> None:
    lecture = lecture_of(tmp_path, f"anullsrc=r=48000:cl=stereo:d={SECONDS}")
    assert "audio" in lecture.made.renditions
    assert max(seeing.hear(lecture.folder).left) == 0


def test_noise_in_place_of_a_track_makes_a_lecture_without_sound(
    lectures: Lectures,
) -> None:
    lecture = lectures("unknown-sound.mkv")
    assert "audio" not in lecture.made.renditions
    assert "AUDIO" not in (lecture.folder / "master.m3u8").read_text()


@pytest.mark.parametrize(
    ("lufs", "gain"),
    [
        (-16.0, 0.0),
        (-30.0, 14.0),
        (-10.0, -6.0),
        (-62.0, 40.0),
        (-70.0, 0.0),
        (0.0, -16.0),
    ],
)
def test_the_gain_leads_to_the_wanted_loudness_but_lifts_no_hiss(
    lufs: float, gain: float
) -> None:
    assert gain_for(lufs) == pytest.approx(gain)
