"""Renditions as they lie in a folder, measured by their playlists and fragments."""

import re
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

from media.clients.fragments import BrokenFragment, Init, read_fragment, read_init
from media.domain.ladder import AUDIO, SAMPLE_RATE, SAMPLES_A_PACKET
from media.domain.rendition import Rendition, Segment

SEGMENT = re.compile(r"#EXTINF:([\d.]+),.*\n(\S+)")
END = "#EXT-X-ENDLIST"


def measure_renditions(
    folder: Path, names: Sequence[str], rate: Fraction, tick: Callable[[], None]
) -> list[Rendition]:
    """Each rendition of a folder, with pictures of this rate.

    `tick` is called for each segment. Raises BrokenFragment where something is not
    there or is not what we make.
    """
    sound = SAMPLES_A_PACKET / SAMPLE_RATE
    return [
        _measure_rendition(
            folder, name, sound if name == AUDIO else float(1 / rate), tick
        )
        for name in names
    ]


def _measure_rendition(
    folder: Path, name: str, frame: float, tick: Callable[[], None]
) -> Rendition:
    init = read_init(folder / f"{name}_init.mp4")
    if init.has_edits:
        raise BrokenFragment(f"{name}_init.mp4: an edit list, which players ignore")
    try:
        text = (folder / f"{name}.m3u8").read_text()
    except OSError as error:
        raise BrokenFragment(f"{name}.m3u8: {error!r}") from error
    if END not in text:
        raise BrokenFragment(f"{name}.m3u8: no end")
    segments = []
    for stated, file in SEGMENT.findall(text):
        tick()
        segments.append(_measure_segment(folder / file, float(stated), init))
    return Rendition(name, init.codec, frame, tuple(segments), init.width, init.height)


def _measure_segment(path: Path, stated: float, init: Init) -> Segment:
    is_picture = init.width > 0
    fragment = read_fragment(path, is_picture)
    return Segment(
        path.name,
        stated,
        fragment.starts / init.scale,
        fragment.ends / init.scale,
        fragment.count,
        path.stat().st_size,
        tuple(key / init.scale for key in fragment.keys) if is_picture else (),
        fragment.begins_whole,
    )
