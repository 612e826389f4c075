"""Pictures made by ffmpeg in a confined child, without anything but their pixels."""

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from chassis.telemetry.logs import logger

from media.clients.child import ChildLimits, run_child
from media.clients.program import begin_command
from media.domain.errors import NoPicture
from media.domain.picture_file import LARGEST_FILE, PictureFile
from media.domain.picture_sizes import LARGEST, SIZES
from media.usecases.ports import Scratch

GIB = 1 << 30
# 64 megapixels are decoded and scaled in two seconds; a busy machine takes longer. They
# take 200 MB as they come, and as much again each time that they are turned or cut.
LIMITS = ChildLimits(seconds=20, stall_seconds=20, cpu_seconds=6, memory=2 * GIB)
AT_ONCE = 2  # children of a process: their memory, and the time of others' requests
QUALITY = 3  # of JPEG, 2 is the best: no edge is seen to crumble
GROUND = "white"  # behind what one sees through, as pages are
TURNS = {
    1: (),
    2: ("hflip",),
    3: ("hflip", "vflip"),
    4: ("vflip",),
    5: ("transpose=cclock_flip",),
    6: ("transpose=clock",),
    7: ("transpose=clock_flip",),
    8: ("transpose=cclock",),
}
"""What brings a picture of each orientation of EXIF upright."""
CUT = "crop=w='min(iw,ih*16/9)':h='min(ih,iw*9/16)'"  # the middle, as 16:9


class FfmpegPictures:
    """Makes pictures with an ffmpeg program."""

    def __init__(self, program: str, scratch: Scratch) -> None:
        self.program, self.scratch = program, scratch
        self.places = threading.BoundedSemaphore(AT_ONCE)

    def make_sizes(self, content: bytes, file: PictureFile) -> Mapping[int, bytes]:
        """A JPEG of each size, by its width. Raises NoPicture, Interrupted."""
        with self.places, self.scratch.open_folder(2 * LARGEST_FILE) as folder:
            source = folder / "picture"
            source.write_bytes(content)
            ended = run_child(self._command(source, folder, file), LIMITS)
            made = {
                size.width: folder / f"{size.width}.jpg"
                for size in SIZES
                if (folder / f"{size.width}.jpg").exists()
            }
            if ended.code or len(made) < len(SIZES):
                logger().info("picture_refused", reason=ended.tail)
                raise NoPicture("unreadable")
            return {width: path.read_bytes() for width, path in made.items()}

    def _command(self, source: Path, folder: Path, file: PictureFile) -> Sequence[str]:
        command = [*begin_command(self.program), "-xerror"]
        command += ["-err_detect", "explode", "-protocol_whitelist", "file"]
        command += ["-noautorotate", "-f", f"{file.kind}_pipe", "-i", f"file:{source}"]
        command += ["-filter_complex", _graph(file.orientation)]
        for size in SIZES:
            command += ["-map", f"[{size.width}]", "-frames:v", "1", "-update", "1"]
            command += ["-map_metadata", "-1", "-bitexact", "-q:v", str(QUALITY)]
            command += ["-c:v", "mjpeg", str(folder / f"{size.width}.jpg")]
        return command


def _graph(orientation: int) -> str:
    """From the file to each size: upright, the middle, on ground, bare of all data."""
    steps = [*TURNS[orientation], CUT]
    steps += [f"scale={LARGEST.width}:{LARGEST.height}:flags=lanczos", "setsar=1"]
    steps += ["format=rgba", "split[ground][seen]"]
    plain = f"[ground]drawbox=t=fill:replace=1:color={GROUND}[plain]"
    outs = "".join(f"[s{size.width}]" for size in SIZES)
    laid = f"[plain][seen]overlay=format=auto,sidedata=delete,split={len(SIZES)}{outs}"
    sized = [
        f"[s{size.width}]scale={size.width}:{size.height}:out_range=full"
        f":out_color_matrix=bt601,format=yuvj420p[{size.width}]"
        for size in SIZES
    ]
    return ";".join([f"[0:v]{','.join(steps)}", plain, laid, *sized])
