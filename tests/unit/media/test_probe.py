"""What the program says of a file is read rightly, whatever the file says of itself."""

import struct
from fractions import Fraction
from pathlib import Path

import pytest
from media.clients.container import missing_share, read_promise
from media.clients.frames import Decoded, Seen
from media.clients.header import Header
from media.clients.packets import Packets
from media.clients.probe import ChildProbe
from media.domain.errors import NoLecture
from media.domain.frames import Frame, Lacing, is_interlaced, is_restless
from media.domain.judging import require_change, require_frames, require_size
from media.domain.probed import HLG
from media.domain.tracks import Track, find_pictures, find_sounds
from media.usecases.ports import Interrupted

DUMP = """\
Input #0, mov,mp4,m4a,3gp,3g2,mj2, from 'file:x':
  Metadata:
    title           : Stream #0:7: Video: h264
  Stream #0:0[0x1](eng): Audio: aac (LC) (mp4a / 0x6134706D), 48000 Hz, mono (default)
  Stream #0:1[0x2](und): Video: h264 (High), yuv420p(tv, bt709), 1280x720, 25 fps
    Stream #0:2[0x3](chi): Audio: none, 48000 Hz, mono
  Stream #0:3: Video: png, rgb24(pc), 64x64, 90k tbr (attached pic)
  Stream #0:4: Subtitle: subrip (srt) (default) (forced)
"""
PICTURE, SOUND = Track(0, "video", "h264"), Track(1, "audio", "aac")


def test_the_tracks_of_a_file_are_read() -> None:
    header = Header()
    for line in DUMP.splitlines():
        header.take_line(line)
    assert header.tracks == [
        Track(0, "audio", "aac", "eng", is_default=True),
        Track(1, "video", "h264", pixels=1280 * 720),
        Track(2, "audio", "", "chi"),
        Track(3, "video", "png", is_beside=True, pixels=64 * 64),
        Track(4, "subtitle", "subrip", is_default=True),
    ]
    assert [track.number for track in find_pictures(header.tracks)] == [1]
    assert [track.number for track in find_sounds(header.tracks)] == [2, 0]


def packets_of(*lines: str) -> Packets:
    """Packets of a picture in 1/10 s and a sound in 1/1000 s."""
    packets = Packets([PICTURE, SOUND])
    for line in ("#tb 0: 1/10", "#tb 1: 1/1000", "#media_type 0: video", *lines):
        packets.take_line(line)
    return packets


def test_times_are_those_of_what_is_shown() -> None:
    times = packets_of(
        "0, -4, -3, 1, 900, 0xab, F=0x5",  # before the beginning by the edit list
        "0, -1, 0, 1, 900, 0xab",
        "0, 0, 2, 1, 900, 0xab, F=0x0",
        "0, 1, 1, 1, 900, 0xab, F=0x10, S=1, Skip Samples, 10, 0x02390039",
        "1, 500, 500, 20, 4, 0xab",
        "1, 520, -9223372036854775808, 20, 4, 0xab",
    ).times_by_track()
    assert list(times[0].shown_starts()) == [0, 1, 2]
    assert times[0].tick == Fraction(1, 10)
    assert times[0].span_at_rate() == (0.0, 0.3)
    assert times[1].span_at_rate() == (0.5, 0.54)


def test_pictures_before_the_first_key_are_not_there() -> None:
    times = packets_of(
        "0, 0, 0, 1, 9, 0xab, F=0x0",
        "0, 1, 1, 1, 9, 0xab",
        "0, 2, 2, 0, 9, 0xab, F=0x0",
    ).times_by_track()
    assert list(times[0].shown_starts()) == [1, 2]
    assert times[0].span_at_rate(rate=5.0) == pytest.approx((0.1, 0.4))
    assert 1 not in times  # nothing came of the sound


def test_frames_are_in_square_pixels() -> None:
    decoded = Decoded()
    for line in (
        "[Parsed_showinfo_0 @ 0x1] n:   0 pts:  0 pts_time:0 duration: 1 "
        "duration_time:0.04 fmt:yuva420p cl:left sar:64/45 s:360x288 i:T iskey:1",
        "[Parsed_showinfo_0 @ 0x1] color_range:tv color_space:bt2020nc "
        "color_primaries:bt2020 color_trc:arib-std-b67",
        "[Parsed_idet_1 @ 0x1] Multi frame detection: TFF:    20 BFF:     1 "
        "Progressive:     3 Undetermined:     0",
        "[Parsed_ashowinfo_0 @ 0x1] n:0 pts:0 pts_time:0 fmt:fltp channels:6 x",
    ):
        decoded.take_line(line)
    assert decoded.frames == [Frame(512, 288, is_laced=True)]
    seen = Seen()
    seen.add_place(decoded)
    assert (seen.usual_matrix(), seen.usual_transfer()) == ("bt2020nc", HLG)
    assert seen.has_alpha()
    assert decoded.lacing == Lacing(21, 3)
    assert decoded.channels == [6]


def test_interlacing_is_what_is_marked_or_seen_at_one_place() -> None:
    plain, laced = Frame(320, 180, False), Frame(320, 180, True)
    assert not is_interlaced([plain] * 48, [Lacing(2, 40)])
    assert is_interlaced([plain] * 36 + [laced] * 12, [Lacing()])
    assert is_interlaced([plain] * 48, [Lacing(0, 24), Lacing(20, 2)])


def test_a_size_may_change_and_may_not_change_always() -> None:
    small, large = Frame(160, 120, False), Frame(320, 240, False)
    assert not is_restless([small] * 24 + [large] * 24)
    assert is_restless([small, large] * 24)


@pytest.mark.parametrize(
    ("code", "width", "height", "rate"),
    [
        ("picture-size", 15, 4000, 25.0),
        ("too-many-pixels", 8192, 4320, 1.0),
        ("too-many-pixels", 3840, 2160, 61.0),
    ],
)
def test_pixels_a_second_are_limited(
    code: str, width: int, height: int, rate: float
) -> None:
    with pytest.raises(NoLecture) as refused:
        require_size(width, height, rate)
    assert refused.value.code == code


def test_what_phones_and_screens_record_is_within_the_limits() -> None:
    for width, height, rate in (
        (3840, 2160, 60.0),
        (7680, 4320, 15.0),
        (16, 9000, 30.0),
    ):
        require_size(width, height, rate)
    require_frames(240 * 60, 60.0)
    require_change({0, 10, 20, 21})


def test_ten_minutes_of_nothing_are_refused() -> None:
    with pytest.raises(NoLecture) as refused:
        require_change({0, 1, 12})
    assert refused.value.code == "too-still"


def test_a_container_promises_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "cut.mp4"
    ftyp, mdat = struct.pack(">I4s8x", 16, b"ftyp"), struct.pack(">I4s", 184, b"mdat")
    path.write_bytes(ftyp + mdat + bytes(84))
    promise = read_promise(path)
    assert (promise.bytes, promise.lacks_index) == (200, True)
    assert missing_share(promise, path) == pytest.approx(0.46)


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"\x47" * 400,
        b"\x1aE\xdf\xa3" + b"\x18\x53\x80\x67",
        b"\x1aE\xdf\xa3\x18\x53\x80\x67\x01" + b"\xff" * 20,
        b"RIFF\0\0\0\0AVI ",
        b"FLV\x01",
        struct.pack(">I4sQ", 1, b"mdat", 3),
    ],
)
def test_who_promises_nothing_lacks_nothing(head: bytes, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(head)
    assert missing_share(read_promise(path), path) == 0.0


def a_program(folder: Path, lines: str) -> ChildProbe:
    """A probe whose program does this."""
    program = folder / "ffmpeg"
    program.write_text(f"#!/bin/sh\n{lines}\n")
    program.chmod(0o755)
    return ChildProbe(str(program))


def test_a_killed_program_is_not_the_fault_of_the_file(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"\x1aE\xdf\xa3")
    with pytest.raises(Interrupted) as ended:
        a_program(tmp_path, "kill -9 $$").probe_file(file, lambda: None)
    assert ended.value.cause == "killed"


def test_a_program_that_uses_up_its_processor_says_so_of_the_file(
    tmp_path: Path,
) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"\x1aE\xdf\xa3")
    with pytest.raises(NoLecture) as refused:
        a_program(tmp_path, "kill -XCPU $$").probe_file(file, lambda: None)
    assert refused.value.code == "unreadable"
