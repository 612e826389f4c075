"""The child that opens an untrusted file: `python -m media.clients.probe_child FILE`.

Prints one JSON object: seconds, height and has_sound, or why it is refused. It may
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
    except (av.FFmpegError, OSError, ValueError) as error:
        name = type(error).__name__
        return {
            "refused": f"文件打不开，可能不是视频或已损坏（{name}）：请重新导出再传"
        }


def _look(container: Any) -> dict[str, Any]:
    video = next(iter(container.streams.video), None)
    if video is None:
        return {"refused": "文件里没有画面：请上传带画面的视频"}
    sides = (video.codec_context.width, video.codec_context.height)
    seconds = float(container.duration or 0) / av.time_base
    checks = (
        (len(container.streams) > MOST_STREAMS, "文件里的轨道太多"),
        (min(sides) < 16 or max(sides) > LARGEST_SIDE, f"画面尺寸 {sides} 不能处理"),
        (float(video.average_rate or 0) > FASTEST_RATE, "帧率超过每秒 120 帧"),
        (seconds < SHORTEST_SECONDS, "视频不足 1 秒"),
        (seconds > LONGEST_SECONDS, "视频超过 12 小时"),
    )
    for wrong, reason in checks:
        if wrong:
            return {"refused": f"{reason}：请重新导出再传"}
    if seconds - _last_second(container, video) > CUT_SHORT_SECONDS:
        return {"refused": "文件不完整，后面的部分缺失：请重新上传整个文件"}
    return {
        "seconds": round(seconds, 3),
        "height": sides[1],
        "has_sound": bool(container.streams.audio),
    }


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
