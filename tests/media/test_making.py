"""The work itself: how far it is, whose fault it is when it ends, what is left."""

import random
from pathlib import Path

import pytest
from media.clients.fragments import BrokenFragment, read_fragment, read_init
from media.clients.program import find_ffmpeg
from media.clients.transcoder import Ffmpeg
from media.domain.errors import NoLecture
from media.domain.probed import Picture, Probed, Sound
from media.usecases.ports import Interrupted

from tests.media import seeing
from tests.media.lectures import PRESET, Lectures, transcode
from tests.media.making import AAC, BOTH, H264, picture, sound
from tests.parts.mounting import small_disk

PROBED = Probed(2.0, Picture(0, 320, 180, 25.0, 0.0, 2.0), Sound(1, 1, 0.0, 2.0))


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Two seconds of picture and sound."""
    path = tmp_path / "source.mp4"
    line = f"{picture()} {sound()} {BOTH}"
    seeing.run("-v", "error", *seeing.arguments(line), path)
    return path


def test_progress_begins_at_once_and_never_goes_back(
    source: Path, tmp_path: Path
) -> None:
    told: list[int] = []
    transcode(source, tmp_path / "out", PROBED, told)
    assert told[0] == 0
    assert told == sorted(told)
    assert max(told) <= 99


class Enough(Exception):
    """Whoever listens does not want it any more."""


def test_what_the_progress_raises_ends_the_work(source: Path, tmp_path: Path) -> None:
    def stop(percent: int) -> None:
        raise Enough

    (tmp_path / "out").mkdir()
    with pytest.raises(Enough):
        Ffmpeg(find_ffmpeg(""), PRESET).make_renditions(
            source, tmp_path / "out", PROBED, stop
        )


def test_pictures_of_which_none_can_be_decoded_are_the_files_fault(
    source: Path, tmp_path: Path
) -> None:
    data = bytearray(source.read_bytes())
    begins = data.index(b"mdat") + 4
    ends = data.index(b"moov") - 4
    data[begins:ends] = random.Random(1).randbytes(ends - begins)
    source.write_bytes(data)
    with pytest.raises(NoLecture) as refused:
        transcode(source, tmp_path / "out", PROBED)
    assert refused.value.code == "not-video"


def test_a_track_that_is_not_there_is_a_fault_of_ours(
    source: Path, tmp_path: Path
) -> None:
    wrong = Probed(2.0, Picture(7, 320, 180, 25.0, 0.0, 2.0))
    with pytest.raises(Interrupted) as broken:
        transcode(source, tmp_path / "out", wrong)
    assert broken.value.cause == "broken"


def test_processor_seconds_that_are_used_up_are_a_fault_of_ours(
    source: Path, tmp_path: Path
) -> None:
    program = tmp_path / "ffmpeg"
    program.write_text("#!/bin/sh\nkill -XCPU $$\n")
    program.chmod(0o755)
    (tmp_path / "out").mkdir()
    with pytest.raises(Interrupted) as broken:
        Ffmpeg(str(program), PRESET).make_renditions(
            source, tmp_path / "out", PROBED, lambda _: None
        )
    assert broken.value.cause == "broken"


def test_sound_of_which_nothing_can_be_decoded_is_left_out(tmp_path: Path) -> None:
    source = tmp_path / "source.mkv"
    line = f"{picture()} {sound()} {H264} {AAC} -bsf:a noise=amount=1"
    seeing.run("-v", "error", *seeing.arguments(line), source)
    lecture = transcode(source, tmp_path / "out", PROBED)
    assert lecture.made.renditions == ("180p",)
    assert not list(lecture.folder.glob("audio*"))


def test_nothing_is_left_but_what_is_kept(lectures: Lectures) -> None:
    names = {path.name for path in lectures("plain.mp4").folder.iterdir()}
    assert {name for name in names if not name.startswith("whole")} == {
        "180p.m3u8", "180p_init.mp4", "180p_00000.m4s",
        "audio.m3u8", "audio_init.mp4", "audio_00000.m4s",
        "master.m3u8", "poster.jpg",
    }  # fmt: skip


@pytest.mark.part("mount")
def test_a_disk_that_the_sound_fills_is_no_room(tmp_path: Path) -> None:
    source = tmp_path / "source.mp4"
    line = f"{picture(seconds=6)} {sound(6)} {BOTH}"
    seeing.run("-v", "error", *seeing.arguments(line), source)
    probed = Probed(6.0, Picture(0, 320, 180, 25.0, 0.0, 6.0), Sound(1, 1, 0.0, 6.0))
    with small_disk(tmp_path / "disk", 1) as disk:
        with pytest.raises(Interrupted) as interrupted:
            transcode(source, disk / "out", probed)
        assert list((disk / "out").iterdir()) == []
    assert interrupted.value.cause == "no-room"


def test_what_is_cut_or_foreign_is_told_from_what_was_made(
    lectures: Lectures, tmp_path: Path
) -> None:
    folder = lectures("plain.mp4").folder
    init = (folder / "180p_init.mp4").read_bytes()
    segment = (folder / "180p_00000.m4s").read_bytes()
    path = tmp_path / "piece"
    for wrong in (b"", init[:40], segment, b"noise" * 100):
        path.write_bytes(wrong)
        with pytest.raises(BrokenFragment):
            read_init(path)
    for wrong in (b"", segment[:100], init, b"noise" * 100):
        path.write_bytes(wrong)
        with pytest.raises(BrokenFragment):
            read_fragment(path, is_picture=True)


def test_what_was_made_is_read_as_it_is(lectures: Lectures) -> None:
    folder = lectures("plain.mp4").folder
    init = read_init(folder / "180p_init.mp4")
    assert (init.width, init.height, init.has_edits) == (320, 180, False)
    assert init.codec.startswith("avc1.6400")
    fragment = read_fragment(folder / "180p_00000.m4s", is_picture=True)
    assert (fragment.starts, fragment.count) == (0, 50)
    assert fragment.ends == 2 * init.scale
    assert fragment.keys == (0,)
    assert fragment.begins_whole
    sound = read_init(folder / "audio_init.mp4")
    assert (sound.scale, sound.codec) == (48_000, "mp4a.40.2")
