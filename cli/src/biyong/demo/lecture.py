"""A lecture made by the program: drawn slides with topics, a tone for each."""

import os
import subprocess
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path

from media.clients.program import find_ffmpeg
from PIL import Image, ImageDraw, ImageFont

SIZE = (1280, 720)
SMALL_HEIGHT = 360
"""Of a short lecture: one rendition, made in seconds."""
SECONDS_A_SLIDE = 15
RATE = 1
"""Pictures a second: nothing moves, and the trial is there sooner."""
PAPER, INK, SOFT = "#fbf8f3", "#23211e", "#6a645b"
WALL, WATER, TILE = "#a8322a", "#2f6b6b", "#e0b04f"
SIMPLIFIED_CHINESE, WEIGHT = 2, 500
TONES = (262, 294, 330, 392, 440)


Slides = Sequence[tuple[str, Sequence[str]]]
"""Headings, each with its points."""


def make_lecture(
    path: Path, title: str, slides: Slides, height: int = SIZE[1], niceness: int = 0
) -> None:
    """Write an MP4 of slides, so many pixels high, once: a file that is there stays."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    pages = [(title, ["辟雍 · 示范课程"]), *slides]
    for place, (heading, points) in enumerate(pages):
        slide = _draw_slide(heading, points, place, len(pages))
        slide.save(path.parent / f"slide-{place:02d}.png")
    part = path.with_suffix(".part.mp4")
    _encode_slides(path.parent / "slide-%02d.png", part, len(pages), height, niceness)
    os.replace(part, path)


def write_captions(title: str, slides: Slides) -> str:
    """What the slides say, as WebVTT: a cue for each."""
    lines = ["WEBVTT", ""]
    for place, (heading, points) in enumerate([(title, ()), *slides]):
        start = place * SECONDS_A_SLIDE
        lines += [f"{_stamp(start)} --> {_stamp(start + SECONDS_A_SLIDE)}"]
        lines += ["：".join([heading, *(["；".join(points)] if points else [])]), ""]
    return "\n".join(lines)


def _stamp(seconds: int) -> str:
    return f"00:{seconds // 60:02d}:{seconds % 60:02d}.000"


@cache
def _load_font(size: int) -> ImageFont.FreeTypeFont:
    source = files("manimgx_fonts_cjk").joinpath("NotoSansCJK-VF.otf.ttc")
    font = ImageFont.truetype(str(source), size, index=SIMPLIFIED_CHINESE)
    font.set_variation_by_axes([WEIGHT])
    return font


def _draw_slide(
    heading: str, points: Sequence[str], place: int, count: int
) -> Image.Image:
    image = Image.new("RGB", SIZE, PAPER)
    draw = ImageDraw.Draw(image)
    _draw_mark(draw, SIZE[0] - 150, 110)
    draw.rectangle((0, 0, 14, SIZE[1]), fill=WALL)
    draw.text((90, 120), heading, font=_load_font(64), fill=INK)
    for line, point in enumerate(points):
        top = 280 + line * 90
        draw.ellipse((96, top + 14, 116, top + 34), fill=WATER)
        draw.text((140, top), point, font=_load_font(38), fill=INK)
    done = int((SIZE[0] - 180) * (place + 1) / count)
    draw.rectangle((90, 660, SIZE[0] - 90, 668), fill="#e6dfd3")
    draw.rectangle((90, 660, 90 + done, 668), fill=WATER)
    draw.text((90, 610), f"{place + 1} / {count}", font=_load_font(26), fill=SOFT)
    return image


def _draw_mark(draw: ImageDraw.ImageDraw, x: int, y: int) -> None:
    """The hall seen from above: round water, four bridges, square hall."""
    draw.ellipse((x - 78, y - 78, x + 78, y + 78), outline=WATER, width=16)
    draw.rectangle((x - 8, y - 90, x + 8, y + 90), fill=WALL)
    draw.rectangle((x - 90, y - 8, x + 90, y + 8), fill=WALL)
    draw.rectangle((x - 36, y - 36, x + 36, y + 36), fill=WALL)
    draw.rectangle((x - 15, y - 15, x + 15, y + 15), fill=TILE)


def _encode_slides(
    pattern: Path, target: Path, count: int, height: int, niceness: int
) -> None:
    """Slides as pictures, a soft tone that changes with each slide."""
    total = count * SECONDS_A_SLIDE
    steps = "+".join(
        f"{tone}*eq(mod(floor(t/{SECONDS_A_SLIDE}),{len(TONES)}),{place})"
        for place, tone in enumerate(TONES)
    )
    beat = f"0.08*exp(-3*mod(t,3))*sin(2*PI*t*({steps}))"
    encoding = (
        f"-vf scale=-2:{height} -r {RATE} -c:v libx264 -preset veryfast -crf 24 "
        f"-pix_fmt yuv420p -c:a aac "
        f"-b:a 96k -movflags +faststart -t {total}"
    )
    command = [
        "nice",
        f"-n{niceness}",
        find_ffmpeg(""),
        "-nostdin",
        "-loglevel",
        "error",
        "-y",
    ]
    command += ["-framerate", f"1/{SECONDS_A_SLIDE}", "-i", str(pattern)]
    command += ["-f", "lavfi", "-i", f"aevalsrc='{beat}':s=16000:d={total}"]
    command += [*encoding.split(), str(target)]
    subprocess.run(command, check=True, capture_output=True)
