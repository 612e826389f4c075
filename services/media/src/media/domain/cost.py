"""About how long a lecture takes to be made, before it is."""

from media.domain.probed import Probed

PIXELS_A_SECOND = 60e6
"""What the whole ladder makes of a source by the second on two cores: 1080p25, 52
million pixels a second, takes about as long as it lasts (measured: 0.9)."""
SOUND_SHARE = 0.02  # of its length, however few pictures there are
LEAST_SECONDS = 2.0  # to fetch it, to start a program, to keep what was made


def seconds_to_make(probed: Probed) -> float:
    """Seconds on an idle machine of two cores; good for an order, not for a promise."""
    picture = probed.picture
    pixels = picture.width * picture.height * picture.rate
    return LEAST_SECONDS + probed.seconds * (SOUND_SHARE + pixels / PIXELS_A_SECOND)
