"""The picture that stands for a lecture until it is played."""

from collections.abc import Callable, Sequence
from pathlib import Path

from media.clients.child import run_child
from media.clients.limits import limits_for
from media.clients.program import begin_command
from media.domain.rendition import Rendition
from media.usecases.ports import Interrupted

NAME = "poster.jpg"
PLACE = 0.1  # of the lecture: behind a black or empty beginning
QUALITY = 3  # of JPEG, 2 is the best: no edge is seen to crumble
LARGEST = 720  # short side; a phone's screen and a page's column show no more


def make_poster(
    program: str, folder: Path, pictures: Sequence[Rendition], tick: Callable[[], None]
) -> bool:
    """A picture of what was just made, into the folder; whether there is one.

    Its colours and its aspect are those of the renditions, and nothing of the source
    is opened again. A lecture is one without it too.
    """
    usual = [
        picture for picture in pictures if min(picture.width, picture.height) <= LARGEST
    ]
    rendition = usual[-1] if usual else pictures[0]
    at = rendition.ends_at * PLACE
    segment = next(segment for segment in rendition.segments if segment.ends > at)
    piece = folder / "poster.mp4"
    init = folder / f"{rendition.name}_init.mp4"
    piece.write_bytes(init.read_bytes() + (folder / segment.file).read_bytes())
    command = [*begin_command(program), "-protocol_whitelist", "file"]
    command += ["-i", f"file:{piece}", "-frames:v", "1", "-q:v", str(QUALITY)]
    command += ["-vf", f"select=gte(t\\,{at - segment.starts:.3f})", str(folder / NAME)]
    try:
        ended = run_child(command, limits_for(rendition.ends_at), tick=tick)
    except Interrupted:
        return False
    finally:
        piece.unlink()
    return ended.code == 0 and (folder / NAME).exists()
