"""What making a lecture costs over one plain run of the same program.

Run as `python -m tests.bench.bench_transcode`. The job is all of `Ffmpeg.make`: sound
measured, ladder, check, poster, playlist. Plain is one command with the same encoders,
sizes, rates and segments, and no care for anything else. Both are counted in seconds
of processor of all their processes, in turn in one run. Then slides of one picture a
second against a film of the same length.
"""

import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from media.clients.program import find_ffmpeg
from media.clients.transcoder import Ffmpeg
from media.domain.ladder import AUDIO_KBITS, Rung, rungs_for
from media.domain.probed import Picture, Probed, Sound

from tests.bench.ratios import Ratio, alternated

SECONDS, ROUNDS = 20, 3
SIZE = (1920, 1080)
PRESET = "veryfast"
MOST_OVER_PLAIN, MOST_SLIDES_OVER_FILM = 1.05, 0.15  # issue 11's bars
# A slide that changes, a talking head in a corner, some noise of a camera, a voice.
SLIDES = (
    "color=c=0xf4f1ea:s={0}x{1}:r={2}:d={3},"
    "drawgrid=w=160:h=40:t=2:c=0x303030@0.6,"
    "hue=h=floor(t/10)*40,format=yuv420p"
)
HEAD = "mandelbrot=s=480x270:r={0}:maxiter=100,noise=alls=12:allf=t,format=yuv420p"
VOICE = "sine=220:d={0}:r=48000,tremolo=f=4:d=0.9,volume=-12dB"


def make_source(folder: Path, rate: int) -> Path:
    """A lecture's file of so many pictures a second."""
    path = folder / f"source-{rate}.mp4"
    slides = SLIDES.format(*SIZE, rate, SECONDS)
    run(
        "-f", "lavfi", "-i", slides, "-f", "lavfi", "-i", HEAD.format(rate),
        "-f", "lavfi", "-i", VOICE.format(SECONDS),
        "-filter_complex", "[0:v][1:v]overlay=W-w-20:H-h-20:shortest=1,format=yuv420p",
        "-c:v", "libx264", "-preset", "ultrafast", "-crf", "20", "-c:a", "aac",
        "-t", str(SECONDS), str(path),
    )  # fmt: skip
    return path


def run(*arguments: str) -> None:
    """The program with these arguments."""
    command = [find_ffmpeg(""), "-nostdin", "-v", "error", "-y", *arguments]
    subprocess.run(command, check=True)


def processor() -> float:
    """Seconds of processor of this process and of its children that ended."""
    both = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    used = [resource.getrusage(who) for who in both]
    return sum(one.ru_utime + one.ru_stime for one in used)


def probed(rate: int) -> Probed:
    """The facts of a source."""
    picture = Picture(0, *SIZE, float(rate), 0.0, SECONDS)
    return Probed(SECONDS, picture, Sound(1, 1, 0.0, SECONDS))


def job(source: Path, rate: int) -> float:
    """Seconds of processor of making a lecture."""
    with tempfile.TemporaryDirectory() as folder:
        before = processor()
        ffmpeg = Ffmpeg(find_ffmpeg(""), PRESET)
        ffmpeg.make_renditions(source, Path(folder), probed(rate), lambda _: None)
        return processor() - before


def plain(source: Path, rate: int) -> float:
    """Seconds of processor of one plain command."""
    folder = Path(tempfile.mkdtemp())
    before = processor()
    run(*plain_arguments(source, folder, rungs_for(probed(rate).picture), rate))
    after = processor()
    shutil.rmtree(folder)
    return after - before


def plain_arguments(
    source: Path, folder: Path, rungs: tuple[Rung, ...], rate: int
) -> list[str]:
    """Decode, scale, encode, cut: nothing else."""
    split = "".join(f"[s{i}]" for i in range(len(rungs)))
    graph = f"[0:v:0]fps={rate},split={len(rungs)}{split}"
    arguments = ["-i", str(source)]
    encoders: list[str] = []
    for i, rung in enumerate(rungs):
        graph += f";[s{i}]scale={rung.width}:{rung.height}:flags=bicubic[v{i}]"
        encoders += [
            "-map", f"[v{i}]", f"-c:v:{i}", "libx264", f"-crf:v:{i}", str(rung.crf),
            f"-maxrate:v:{i}", f"{rung.cap}k", f"-bufsize:v:{i}", f"{2 * rung.cap}k",
        ]  # fmt: skip
    streams = [f"v:{i},agroup:sound" for i in range(len(rungs))]
    return [
        *arguments, "-filter_complex", graph, *encoders,
        "-preset", PRESET, "-pix_fmt", "yuv420p", "-profile:v", "high",
        "-g", str(2 * rate), "-keyint_min", str(2 * rate), "-sc_threshold", "0",
        "-map", "0:a:0", "-c:a", "aac", "-b:a", f"{AUDIO_KBITS}k", "-ac", "2",
        "-ar", "48000", "-f", "hls", "-hls_time", "6", "-hls_playlist_type", "vod",
        "-hls_segment_type", "fmp4", "-hls_fmp4_init_filename", "%v_init.mp4",
        "-hls_segment_filename", str(folder / "%v_%05d.m4s"),
        "-var_stream_map", " ".join([*streams, "a:0,agroup:sound"]),
        str(folder / "%v.m3u8"),
    ]  # fmt: skip


def main() -> None:
    """Both ratios; ends with 1 when a bar is missed."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        film, slides = make_source(folder, 25), make_source(folder, 1)
        over_plain = alternated(
            lambda: job(film, 25), lambda: plain(film, 25), ROUNDS, "s of processor"
        )
        over_film = alternated(
            lambda: job(slides, 1), lambda: job(film, 25), 1, "s of processor"
        )
    missed = Ratio("job over plain", over_plain, MOST_OVER_PLAIN, at_most=True).tell()
    missed += Ratio(
        "slides over film", over_film, MOST_SLIDES_OVER_FILM, at_most=True
    ).tell()
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
