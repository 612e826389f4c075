"""Pictures as viewers know them: SDR, whole pictures, on a plain ground."""

from pathlib import Path

import pytest
from media.domain.probed import HLG, PQ, Picture, Probed

from tests.media import seeing
from tests.media.lectures import Lecture, Lectures, transcode

GREY = (126, 126, 126)
RED = (254, 0, 0)
NEAR = 12  # of 255; coding of colours for two by two pixels and of 8 bits


def lecture_of(folder: Path, line: str, picture: Picture, name: str) -> Lecture:
    """A lecture of two seconds that such a line of arguments makes."""
    source = folder / name
    seeing.run("-v", "error", *seeing.arguments(line), source)
    return transcode(source, folder / "out", Probed(2.0, picture))


def colour_of(lecture: Lecture) -> tuple[int, int, int]:
    return seeing.colour(seeing.whole(lecture.folder, lecture.rungs[-1]))


def is_near(colour: tuple[int, int, int], wanted: tuple[int, int, int]) -> bool:
    return max(abs(a - b) for a, b in zip(colour, wanted, strict=True)) <= NEAR


def hdr(transfer: str, colour: str) -> str:
    """A plain colour as an HDR picture of 203 nits for white."""
    graph = (
        "setparams=colorspace=bt709:color_primaries=bt709:color_trc=bt709:range=tv,"
        "zscale=t=linear:npl=203,format=gbrpf32le,zscale=p=2020,"
        f"zscale=t={transfer}:m=2020_ncl:r=limited:npl=203,format=yuv420p10le"
    )
    return (
        f"-f lavfi -i color={colour}:s=320x180:r=25:d=2,format=yuv420p -vf {graph} "
        "-c:v libx265 -preset ultrafast -x265-params log-level=error"
    )


@pytest.mark.parametrize(
    ("transfer", "name"), [(PQ, "smpte2084"), (HLG, "arib-std-b67")]
)
def test_grey_of_an_hdr_picture_is_grey_and_marked_as_sdr_the_poster_too(
    tmp_path: Path, transfer: str, name: str
) -> None:
    picture = Picture(0, 320, 180, 25.0, 0.0, 2.0, transfer=transfer)
    lecture = lecture_of(tmp_path, hdr(name, "gray"), picture, "hdr.mp4")
    assert is_near(colour_of(lecture), GREY)
    assert is_near(seeing.colour(lecture.folder / "poster.jpg"), GREY)
    whole = seeing.whole(lecture.folder, "180p")
    assert "yuv420p(tv, bt709, progressive)" in seeing.description(whole)


@pytest.mark.parametrize("transfer", [PQ, HLG])
def test_white_of_an_hdr_picture_is_bright_and_not_cut(
    tmp_path: Path, transfer: str
) -> None:
    name = {PQ: "smpte2084", HLG: "arib-std-b67"}[transfer]
    picture = Picture(0, 320, 180, 25.0, 0.0, 2.0, transfer=transfer)
    lecture = lecture_of(tmp_path, hdr(name, "white"), picture, "hdr.mp4")
    assert 190 < min(colour_of(lecture)) < 250


@pytest.mark.parametrize(
    ("size", "marks", "matrix"),
    [
        ("320x180", ",scale=out_color_matrix=bt601", ""),
        ("1280x720", ",scale=out_color_matrix=bt709", ""),
        ("320x180", ",scale=out_color_matrix=bt709", "bt709"),
        ("1280x720", ",scale=out_color_matrix=bt601", "smpte170m"),
    ],
    ids=["small, unsaid", "large, unsaid", "small, said 709", "large, said 601"],
)
def test_red_stays_red_however_the_file_codes_its_colours(
    tmp_path: Path, size: str, marks: str, matrix: str
) -> None:
    said = f",setparams=colorspace={matrix or 'unknown'}"
    graph = f"color=red:s={size}:r=5:d=2,format=rgb24{marks},format=yuv420p{said}"
    width, height = map(int, size.split("x"))
    picture = Picture(0, width, height, 5.0, 0.0, 2.0, matrix=matrix)
    line = f"-f lavfi -i {graph} -c:v libx264 -preset ultrafast"
    lecture = lecture_of(tmp_path, line, picture, "red.mp4")
    assert is_near(colour_of(lecture), RED)


@pytest.mark.parametrize(
    ("seen", "wanted"), [("red@0.0", (255, 255, 255)), ("red@1.0", RED)]
)
def test_what_one_sees_through_stands_on_white(
    tmp_path: Path, seen: str, wanted: tuple[int, int, int]
) -> None:
    picture = Picture(0, 320, 180, 5.0, 0.0, 2.0, has_alpha=True)
    line = f"-f lavfi -i color={seen}:s=320x180:r=5:d=2,format=rgba -c:v qtrle"
    lecture = lecture_of(tmp_path, line, picture, "seen.mov")
    assert is_near(colour_of(lecture), wanted)


def combed(path: Path) -> float:
    """The share of pictures whose lines are of two moments, as the program sees."""
    done = seeing.run("-i", path, "-vf", "idet", "-f", "null", "-")
    line = done.stderr.decode().rpartition("Single frame detection:")[2]
    line = line.splitlines()[0]
    words = line.replace(":", " ").split()
    counts = dict(zip(words[::2], map(int, words[1::2]), strict=True))
    return (counts["TFF"] + counts["BFF"]) / sum(counts.values())


def test_lines_of_two_moments_are_made_whole_pictures(lectures: Lectures) -> None:
    lecture = lectures("laced-h264.mp4")
    assert combed(seeing.whole(lecture.folder, "288p")) < 0.1
