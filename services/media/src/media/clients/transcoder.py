"""Lectures made by ffmpeg: make the sound, the pictures, check what was made."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from chassis.telemetry.logs import logger

from media.clients.advance import Advance
from media.clients.child import ChildEnd, OutOfProcessor, run_child
from media.clients.failure import blames_file
from media.clients.fragments import BrokenFragment
from media.clients.ladder_command import Plan, ladder_command
from media.clients.limits import limits_for
from media.clients.measuring import measure_renditions
from media.clients.poster import make_poster
from media.clients.sound import SoundMaker
from media.domain.errors import NoLecture
from media.domain.job import BROKEN
from media.domain.ladder import AUDIO, SEGMENT_SECONDS, length_for, rungs_for
from media.domain.made import Made
from media.domain.playlist import render_playlist
from media.domain.probed import Probed
from media.domain.rendition import Rendition, faults_in
from media.usecases.ports import Interrupted

TELL_SECONDS = 0.5  # whoever waits wants it each second at least
MADE_PERCENT = 99  # the last one is for whoever keeps what was made


class Ffmpeg:
    """Makes renditions with an ffmpeg program."""

    def __init__(self, program: str, preset: str) -> None:
        self.program, self.preset = program, preset

    def make_renditions(
        self,
        source: Path,
        folder: Path,
        probed: Probed,
        progress: Callable[[int], None],
    ) -> Made:
        """Make all renditions in `folder`. Raises NoLecture, Interrupted.

        What used up the processor seconds it had, which no other work on the machine
        takes from it, would do so again: that is for us to mend.
        """
        try:
            return self._make_all(source, folder, probed, _ProgressReport(progress))
        except OutOfProcessor as error:
            raise Interrupted(BROKEN) from error

    def _make_all(
        self, source: Path, folder: Path, probed: Probed, report: "_ProgressReport"
    ) -> Made:
        report.report_again()
        picture = probed.picture
        length = length_for(probed.seconds, picture.rate)
        plan = Plan(probed, rungs_for(picture), length)
        names = [rung.name for rung in plan.rungs]
        maker = SoundMaker(self.program, source, folder, plan, report.report_again)
        if probed.sound and maker.make_rendition(probed.sound):
            names.append(AUDIO)
        self._encode_pictures(source, folder, plan, report)
        pictures, sound = _check_renditions(folder, names, plan, report)
        make_poster(self.program, folder, pictures, report.report_again)
        language = probed.sound.language if probed.sound else ""
        text = render_playlist(pictures, sound, language)
        (folder / "master.m3u8").write_text(text, encoding="utf-8")
        return Made(tuple(names), round(length.seconds, 3))

    def _encode_pictures(
        self, source: Path, folder: Path, plan: Plan, report: "_ProgressReport"
    ) -> None:
        """Encode all pictures."""
        frames, advance = plan.length.frames, Advance()

        def take_line(line: str) -> None:
            advance.take_line(line)
            report.take_line(line, frames)

        ended = run_child(
            ladder_command(self.program, self.preset, source, folder, plan),
            limits_for(plan.length.seconds),
            take_line=take_line,
            tick=report.report_again,
        )
        if ended.code:
            raise _failure_of(ended)


@dataclass
class _ProgressReport:
    """The progress of a run, reported as often as somebody waits for it."""

    progress: Callable[[int], None]
    percent: int = 0
    at: float = -TELL_SECONDS  # so that the first time is at once

    def take_line(self, line: str, frames: int) -> None:
        """Take a line of the program's progress, which makes so many pictures."""
        name, _, value = line.strip().partition("=")
        if name != "frame" or not value.isdecimal():
            return
        percent = 100 * int(value) // frames
        self.percent = max(self.percent, min(MADE_PERCENT, percent))
        self.report_again()

    def report_again(self) -> None:
        """Report, unless it was done just now; what that raises ends the work."""
        now = time.monotonic()
        if now - self.at >= TELL_SECONDS:
            self.at = now
            self.progress(self.percent)


def _failure_of(ended: ChildEnd) -> Exception:
    """The error for a program that gave up: the file's fault, or not."""
    logger().warning("transcode_failed", code=ended.code, tail=ended.tail)
    return NoLecture("not-video") if blames_file(ended) else Interrupted(BROKEN)


def _check_renditions(
    folder: Path, names: list[str], plan: Plan, report: _ProgressReport
) -> tuple[list[Rendition], Rendition | None]:
    """The renditions that were made, if they are right. Raises Interrupted."""
    rate, seconds = plan.length.rate, plan.length.seconds
    try:
        made = measure_renditions(folder, names, rate, report.report_again)
    except BrokenFragment as error:
        logger().error("made_wrong", faults=[str(error)])
        raise Interrupted(BROKEN) from error
    pictures = [rendition for rendition in made if rendition.name != AUDIO]
    sound = next((rendition for rendition in made if rendition.name == AUDIO), None)
    faults = faults_in(pictures, sound, seconds, SEGMENT_SECONDS)
    if faults:
        logger().error("made_wrong", faults=faults[:20])
        raise Interrupted(BROKEN)
    return pictures, sound
