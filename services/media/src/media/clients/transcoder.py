"""Lectures made by ffmpeg: measure the sound, make all, check what was made."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from chassis.telemetry.logs import logger

from media.clients.child import ChildEnd, OutOfProcessor, run_child
from media.clients.fragments import BrokenFragment
from media.clients.ladder_command import Plan, ladder_command
from media.clients.limits import limits_for
from media.clients.loudness import measure_gain
from media.clients.measuring import measure_renditions
from media.clients.poster import make_poster
from media.domain.errors import NoLecture
from media.domain.job import BROKEN
from media.domain.ladder import AUDIO, SEGMENT_SECONDS, length_for, rungs_for
from media.domain.playlist import render_playlist
from media.domain.probed import Probed
from media.domain.rendition import Rendition, faults_in
from media.usecases.ports import Interrupted, Made

TELL_SECONDS = 0.5  # whoever waits wants it each second at least
STANDS_SECONDS = 60  # without a picture more: 8K takes some seconds for one
RUNS = 3
"""Once in some dozens of runs over sound that begins late the program comes to a
standstill between its encoder and the decoder that reads it; again, it goes through."""
MADE_PERCENT = 99  # the last one is for whoever keeps what was made
FAULTS_OF_FILES = (
    "Decode error rate",
    "Error submitting packet to decoder",
    "Error while decoding",
    "Invalid data found when processing input",
    "Cannot determine format of input",
)
"""What the program says, and then gives up, when nothing of a track can be decoded."""


class Standstill(Interrupted):
    """The program tells its progress and makes none."""

    def __init__(self) -> None:
        super().__init__("hung")


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
        plan = self._make_plan(source, probed, report)
        self._encode_renditions(source, folder, plan, report)
        names = [rung.name for rung in plan.rungs]
        names += [AUDIO] if plan.probed.sound else []
        pictures, sound = _check_renditions(folder, names, plan, report)
        make_poster(self.program, folder, pictures, report.report_again)
        language = plan.probed.sound.language if plan.probed.sound else ""
        text = render_playlist(pictures, sound, language)
        (folder / "master.m3u8").write_text(text, encoding="utf-8")
        return Made(tuple(names), round(plan.length.seconds, 3))

    def _make_plan(
        self, source: Path, probed: Probed, report: "_ProgressReport"
    ) -> Plan:
        """The plan; sound of which nothing can be decoded is no sound."""
        picture = probed.picture
        plan = Plan(
            probed, rungs_for(picture), length_for(probed.seconds, picture.rate)
        )
        if probed.sound is None:
            return plan
        sound, seconds = probed.sound, probed.seconds
        gain = measure_gain(self.program, source, seconds, sound, report.report_again)
        if gain is None:
            logger().warning("sound_empty", track=sound.track)
            return replace(plan, probed=replace(probed, sound=None))
        return replace(plan, gain=gain)

    def _encode_renditions(
        self, source: Path, folder: Path, plan: Plan, report: "_ProgressReport"
    ) -> None:
        for run in range(RUNS):
            try:
                self._run_program(source, folder, plan, report)
            except Standstill:
                if run == RUNS - 1:
                    raise
                for made in folder.iterdir():
                    made.unlink()
            else:
                return

    def _run_program(
        self, source: Path, folder: Path, plan: Plan, report: "_ProgressReport"
    ) -> None:
        seconds = plan.length.seconds
        report.begin_program()
        ended = run_child(
            ladder_command(self.program, self.preset, source, folder, plan),
            limits_for(seconds),
            take_line=lambda line: report.take_line(line, seconds),
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
    frame: str = ""
    moved: float = field(default_factory=time.monotonic)

    def begin_program(self) -> None:
        """Note that the program begins now."""
        self.frame, self.moved = "", time.monotonic()

    def take_line(self, line: str, seconds: float) -> None:
        """Take a line of the program's progress. Raises Standstill.

        The program tells its progress though it makes none.
        """
        name, _, value = line.strip().partition("=")
        if name == "frame" and value != self.frame:
            self.frame, self.moved = value, time.monotonic()
        if name != "out_time_us" or not value.isdecimal():
            return
        if time.monotonic() - self.moved > STANDS_SECONDS:
            logger().warning("transcode_stands", frame=self.frame)
            raise Standstill
        percent = int(int(value) / 10_000 / seconds)
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
    if any(words in ended.tail for words in FAULTS_OF_FILES):
        return NoLecture("not-video")
    return Interrupted(BROKEN)


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
