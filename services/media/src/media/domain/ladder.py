"""Which renditions a lecture gets, and the playlist that offers them."""

from dataclasses import dataclass

SEGMENT_SECONDS, KEYFRAME_SECONDS = 6, 2


@dataclass(frozen=True)
class Rung:
    """One video rendition: height in pixels, quality, cap in kbit/s."""

    name: str
    height: int
    crf: int
    cap: int


LADDER = (
    Rung("360p", 360, 25, 500),
    Rung("720p", 720, 23, 1800),
    Rung("1080p", 1080, 23, 4000),
)
AUDIO, AUDIO_KBITS = "audio", 96


@dataclass(frozen=True)
class Measured:
    """A rendition as made: bits per second, and what a player must know."""

    name: str
    peak: int
    average: int
    codec: str
    width: int = 0
    height: int = 0
    rate: float = 0.0


def rungs_for(height: int) -> tuple[Rung, ...]:
    """Two at least, none beyond 720p unless the source has it, none upscaled far."""
    fitting = tuple(rung for rung in LADDER if rung.height <= max(height, 720))
    return fitting[:3]


def multivariant(videos: list[Measured], audio: Measured | None) -> str:
    """The playlist that offers all renditions, lowest first (RFC 8216)."""
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS"]
    if audio:
        lines.append(
            '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="sound",NAME="原声",LANGUAGE="zh",'
            f'DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2",URI="{audio.name}.m3u8"'
        )
    for video in videos:
        extra_peak = audio.peak if audio else 0
        extra_average = audio.average if audio else 0
        codecs = ",".join([video.codec, *([audio.codec] if audio else [])])
        lines.append(
            f"#EXT-X-STREAM-INF:BANDWIDTH={video.peak + extra_peak},"
            f"AVERAGE-BANDWIDTH={video.average + extra_average},"
            f'CODECS="{codecs}",RESOLUTION={video.width}x{video.height},'
            f"FRAME-RATE={video.rate:.3f}" + (',AUDIO="sound"' if audio else "")
        )
        lines.append(f"{video.name}.m3u8")
    if audio:
        lines.append(
            f"#EXT-X-STREAM-INF:BANDWIDTH={audio.peak},"
            f'AVERAGE-BANDWIDTH={audio.average},CODECS="{audio.codec}",AUDIO="sound"'
        )
        lines.append(f"{audio.name}.m3u8")
    return "\n".join(lines) + "\n"
