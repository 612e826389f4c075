"""Lectures made of the corpus's kinds, each once a run."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from media.clients.probe import ChildProbe
from media.clients.program import find_ffmpeg
from media.clients.transcoder import Ffmpeg
from media.domain.ladder import AUDIO, Length, length_for
from media.domain.made import Made
from media.domain.probed import Probed

from tests.media.files import READY, Kind, Ready, make
from tests.media.making import BOTH, picture, sound

PRESET = "veryfast"
LADDER_SECONDS = 13  # three segments, the last of them short
LADDERS = tuple(
    Kind(
        f"ladder-{name}.mp4",
        [
            f"{picture('854x480', rate, LADDER_SECONDS)} {sound(LADDER_SECONDS)} "
            f"{BOTH} -metadata:s:a language=eng {{out}}"
        ],
        Ready(LADDER_SECONDS, (854, 480), exact, language="eng"),
    )
    for name, rate, exact in (
        ("slides", "1", 1.0),
        ("slow", "5/2", 2.5),
        ("pal", "25", 25.0),
        ("ntsc", "30000/1001", 30000 / 1001),
    )
)
"""Files of two rungs; the corpus's are too small for more than one."""


@dataclass(frozen=True)
class Lecture:
    """What was made of a file, and of what."""

    folder: Path
    probed: Probed
    made: Made

    @property
    def rungs(self) -> list[str]:
        """Its renditions with pictures."""
        return [name for name in self.made.renditions if name != AUDIO]

    @property
    def length(self) -> Length:
        """How long everything of it must be."""
        return length_for(self.probed.seconds, self.probed.picture.rate)


Lectures = Callable[[str], Lecture]


def transcode(
    source: Path, folder: Path, probed: Probed, told: list[int] | None = None
) -> Lecture:
    """A lecture of a file, made in an empty folder."""
    folder.mkdir()
    progress = [] if told is None else told
    ffmpeg = Ffmpeg(find_ffmpeg(""), PRESET)
    return Lecture(
        folder, probed, ffmpeg.make_renditions(source, folder, probed, progress.append)
    )


def kinds_named(names: Sequence[str]) -> list[Kind]:
    """These kinds of the corpus."""
    found = {kind.name: kind for kind in (*READY, *LADDERS)}
    return [found[name] for name in names]


@pytest.fixture(scope="session")
def lectures(tmp_path_factory: pytest.TempPathFactory) -> Lectures:
    """The lecture of a kind by its name, made when it is first asked for."""
    place = tmp_path_factory.mktemp("lectures")
    made: dict[str, Lecture] = {}
    probe = ChildProbe(find_ffmpeg(""))

    def lecture(name: str) -> Lecture:
        if name not in made:
            (kind,) = kinds_named([name])
            source = make(kind, place / "sources")
            folder = place / f"lecture-{len(made)}"
            made[name] = transcode(source, folder, probe.probe_file(source))
        return made[name]

    return lecture
