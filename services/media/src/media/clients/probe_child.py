"""The child that opens an untrusted file: `python -m media.clients.probe_child FILE`.

Prints one JSON object: the fields of Probed, or the code why it is refused. It may
use two minutes of processor and 2 GiB of memory, and only files and plain containers:
no playlists, no network.
"""

import json
import resource
import sys
from typing import Any

import av

from media.domain.lecture import LONGEST_SECONDS, SHORTEST_SECONDS

OPTIONS = {
    "format_whitelist": "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,mpegts",
    "protocol_whitelist": "file",
}
CPU_SECONDS, MEMORY = 120, 2 << 30
LARGEST_SIDE, FASTEST_RATE, MOST_STREAMS = 8192, 120, 16
CUT_SHORT_SECONDS = 2.0


def look(path: str) -> dict[str, Any]:
    """What the file is, or why it is refused."""
    try:
        with av.open(path, options=OPTIONS) as container:
            return _look(container)
    except (av.FFmpegError, OSError, ValueError):
        return {"refused": "not-video"}


def _look(container: Any) -> dict[str, Any]:
    video = next(iter(container.streams.video), None)
    if video is None:
        return {"refused": "no-picture"}
    sides = (video.codec_context.width, video.codec_context.height)
    seconds = float(container.duration or 0) / av.time_base
    checks = (
        (len(container.streams) > MOST_STREAMS, "too-many-tracks"),
        (min(sides) < 16 or max(sides) > LARGEST_SIDE, "picture-size"),
        (float(video.average_rate or 0) > FASTEST_RATE, "too-many-frames"),
        (seconds < SHORTEST_SECONDS, "too-short"),
        (seconds > LONGEST_SECONDS, "too-long"),
    )
    for wrong, reason in checks:
        if wrong:
            return {"refused": reason}
    if seconds - _last_second(container, video) > CUT_SHORT_SECONDS:
        return {"refused": "cut-short"}
    audio = next(iter(container.streams.audio), None)
    return {
        "seconds": round(seconds, 3),
        "picture": {
            "track": video.index, "width": sides[0], "height": sides[1],
            "rate": 25.0, "starts": 0.0, "ends": seconds,
        },
        "sound": {"track": audio.index, "channels": 2, "starts": 0.0, "ends": seconds}
        if audio
        else None,
    }  # fmt: skip


def _last_second(container: Any, video: Any) -> float:
    """Where the pictures really end: read every packet, decode none but the first."""
    decoded, last = False, 0.0
    for packet in container.demux(video):
        if not decoded and packet.size:
            decoded = bool(packet.decode())
        if packet.pts is not None:
            end = packet.pts + (packet.duration or 0)
            last = max(last, float(end * packet.time_base))
    return last if decoded else 0.0


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    sys.stdout.write(json.dumps(look(sys.argv[1])))
