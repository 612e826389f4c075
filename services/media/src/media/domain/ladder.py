"""Which renditions a lecture gets."""

from dataclasses import dataclass
from fractions import Fraction

from media.domain.probed import Picture

SEGMENT_SECONDS, KEYFRAME_SECONDS = 6, 2  # as Apple's rules for HLS ask (7.5, 1.13)
AUDIO, AUDIO_KBITS = "audio", 96  # stereo speech in AAC; the rules allow 32 to 160
SAMPLE_RATE, SAMPLES_A_PACKET = 48_000, 1024  # of AAC
LEAST_FRACTIONAL_RATE = 2
"""Below it a segment cut at a whole picture may be more than half a second too long."""
NTSC = Fraction(1000, 1001)  # what colour television made of whole rates
NTSC_TOLERANCE = 0.001  # 29.97 is written for 30000/1001
LEAST_NTSC = 10  # of lower rates the tolerance would take whole ones too


@dataclass(frozen=True)
class Step:
    """A size that is usual: short side in pixels, quality, cap in kbit/s."""

    short: int
    crf: int
    cap: int


STEPS = (Step(360, 25, 500), Step(720, 23, 1800), Step(1080, 23, 4000))
WORTH_ITS_OWN = Fraction(5, 4)
"""A source so many times larger than the step below it keeps its size as the top rung:
at 360 lines the writing on a 480-line screen recording is lost."""


@dataclass(frozen=True)
class Rung:
    """One video rendition: size in square pixels, quality, cap in kbit/s."""

    name: str
    width: int
    height: int
    crf: int
    cap: int


def rungs_for(picture: Picture) -> tuple[Rung, ...]:
    """The renditions of a picture, lowest first, none larger than the picture.

    Steps count by the short side, so that a phone held upright is not made small. All
    long sides are a multiple of one, so that the steps have exactly the same aspect.
    """
    short, long = sorted((picture.width, picture.height))
    steps = [step for step in STEPS if step.short <= short]
    if not steps:
        step = Step(_even_side(short), STEPS[0].crf, STEPS[0].cap)
        return (_fit_rung(picture, step, _even_side(long)),)
    unit = _nearest_even(Fraction(long * STEPS[0].short, short))
    if unit * steps[-1].short // STEPS[0].short > long:
        unit -= 2  # rounded up, the largest would be larger than the picture
    rungs = [
        _fit_rung(picture, step, unit * step.short // STEPS[0].short) for step in steps
    ]
    above = STEPS[len(steps) :]
    if above and short >= steps[-1].short * WORTH_ITS_OWN:
        share = Fraction(short, above[0].short) ** 2
        step = Step(_even_side(short), above[0].crf, int(above[0].cap * share))
        rungs.append(_fit_rung(picture, step, _even_side(long)))
    return tuple(rungs)


def _fit_rung(picture: Picture, step: Step, long: int) -> Rung:
    upright = picture.height > picture.width
    width, height = (step.short, long) if upright else (long, step.short)
    return Rung(f"{step.short}p", width, height, step.crf, step.cap)


def _even_side(side: int) -> int:
    """The side without its odd pixel: colours are coded for two by two."""
    return max(2, side - side % 2)


def _nearest_even(side: Fraction) -> int:
    return max(2, 2 * round(side / 2))


def frame_rate(rate: float) -> Fraction:
    """The exact constant rate that is made of a picture's rate."""
    whole = round(rate / NTSC)
    if whole >= LEAST_NTSC and abs(rate - whole * NTSC) < NTSC_TOLERANCE:
        return whole * NTSC
    exact = max(Fraction(1), Fraction(rate).limit_denominator(100))
    if exact < LEAST_FRACTIONAL_RATE and exact.denominator > 1:
        return Fraction(LEAST_FRACTIONAL_RATE)
    return exact


@dataclass(frozen=True)
class Length:
    """The length of all that is made: pictures at a rate, and sound to their end."""

    rate: Fraction
    frames: int

    @property
    def seconds(self) -> float:
        """As long as the pictures stand."""
        return float(self.frames / self.rate)

    @property
    def samples(self) -> int:
        """Of sound, in whole packets."""
        samples = self.frames / self.rate * SAMPLE_RATE
        return max(2, round(samples / SAMPLES_A_PACKET)) * SAMPLES_A_PACKET


PART_OF_A_FRAME = 0.1
"""So little beyond the last whole picture is the rounding of clocks, not a picture."""


def length_for(seconds: float, rate: float) -> Length:
    """What holds all of so many seconds: a part of a picture's time is a whole one."""
    exact = frame_rate(rate)
    frames = -int(-(seconds * exact - PART_OF_A_FRAME) // 1)
    return Length(exact, max(1, frames))
