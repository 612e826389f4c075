"""Which renditions a lecture gets, and how long they are."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from media.domain.ladder import Rung, frame_rate, length_for, rungs_for
from media.domain.probed import Picture

SIDES = st.integers(16, 8192)


def rungs_of(width: int, height: int) -> tuple[Rung, ...]:
    return rungs_for(Picture(0, width, height, 25.0, 0.0, 10.0))


@pytest.mark.parametrize(
    ("size", "rungs"),
    [
        ((1920, 1080), ["360p 640x360", "720p 1280x720", "1080p 1920x1080"]),
        ((3840, 2160), ["360p 640x360", "720p 1280x720", "1080p 1920x1080"]),
        ((1280, 720), ["360p 640x360", "720p 1280x720"]),
        ((720, 1280), ["360p 360x640", "720p 720x1280"]),
        ((1080, 1920), ["360p 360x640", "720p 720x1280", "1080p 1080x1920"]),
        ((1366, 768), ["360p 640x360", "720p 1280x720"]),
        ((640, 360), ["360p 640x360"]),
        ((480, 360), ["360p 480x360"]),
    ],
)
def test_the_rungs_of_a_size_count_by_its_short_side(
    size: tuple[int, int], rungs: list[str]
) -> None:
    assert [f"{r.name} {r.width}x{r.height}" for r in rungs_of(*size)] == rungs


@pytest.mark.parametrize(
    ("size", "rung"),
    [
        ((320, 240), "240p 320x240"),
        ((321, 241), "240p 320x240"),
        ((16, 4000), "16p 16x4000"),
        ((4001, 17), "16p 4000x16"),
        ((638, 358), "358p 638x358"),
    ],
)
def test_a_picture_below_the_first_step_keeps_its_size_with_even_sides(
    size: tuple[int, int], rung: str
) -> None:
    assert [f"{r.name} {r.width}x{r.height}" for r in rungs_of(*size)] == [rung]


@pytest.mark.parametrize(
    ("size", "rungs"),
    [
        ((640, 449), ["360p"]),
        ((854, 480), ["360p", "480p"]),
        ((1024, 576), ["360p", "576p"]),
        ((1600, 898), ["360p", "720p"]),
        ((1600, 1000), ["360p", "720p", "1000p"]),
    ],
)
def test_a_picture_well_above_a_step_is_not_made_small(
    size: tuple[int, int], rungs: list[str]
) -> None:
    assert [rung.name for rung in rungs_of(*size)] == rungs


@given(SIDES, SIDES)
def test_no_rung_is_larger_than_the_picture_and_all_sides_are_even(
    width: int, height: int
) -> None:
    rungs = rungs_of(width, height)
    assert rungs
    for rung in rungs:
        assert 2 <= rung.width <= width
        assert 2 <= rung.height <= height
        assert rung.width % 2 == rung.height % 2 == 0


@given(st.integers(360, 8192), st.integers(360, 8192))
def test_every_rung_has_the_aspect_of_the_picture_within_a_hundredth(
    width: int, height: int
) -> None:
    for rung in rungs_of(width, height):
        assert rung.width / rung.height == pytest.approx(width / height, rel=0.01)


@given(st.integers(360, 8192), st.integers(1080, 8192))
def test_the_steps_of_a_large_picture_have_exactly_one_aspect(
    width: int, height: int
) -> None:
    steps = [r for r in rungs_of(width, height) if r.name in {"360p", "720p", "1080p"}]
    assert len({Fraction(rung.width, rung.height) for rung in steps}) == 1


@pytest.mark.parametrize(
    ("rate", "exact"),
    [
        (25.0, Fraction(25)),
        (1.0, Fraction(1)),
        (0.2, Fraction(1)),
        (1.3, Fraction(2)),
        (2.5, Fraction(5, 2)),
        (23.976, Fraction(24000, 1001)),
        (29.97, Fraction(30000, 1001)),
        (30000 / 1001, Fraction(30000, 1001)),
        (59.94005994, Fraction(60000, 1001)),
        (30.0, Fraction(30)),
        (12.5, Fraction(25, 2)),
        (60.0, Fraction(60)),
    ],
)
def test_a_rate_is_made_exact(rate: float, exact: Fraction) -> None:
    assert frame_rate(rate) == exact


@pytest.mark.parametrize(
    ("seconds", "rate", "frames", "samples"),
    [
        (10.0, 25.0, 250, 480_256),
        (10.003, 25.0, 250, 480_256),
        (10.02, 25.0, 251, 482_304),
        (10.4, 1.0, 11, 528_384),
        (1.0, 30000 / 1001, 30, 48_128),
    ],
)
def test_a_length_holds_the_whole_lecture_and_its_sound_ends_with_it(
    seconds: float, rate: float, frames: int, samples: int
) -> None:
    length = length_for(seconds, rate)
    assert (length.frames, length.samples) == (frames, samples)


@given(st.floats(1.0, 43_200.0), st.floats(1.0, 60.0))
def test_picture_and_sound_of_a_length_end_within_half_a_packet(
    seconds: float, rate: float
) -> None:
    length = length_for(seconds, rate)
    assert abs(length.samples / 48_000 - length.seconds) <= 512 / 48_000 + 1e-6
    assert length.seconds > seconds - 1 / rate
