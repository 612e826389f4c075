"""Untrusted child programs: confined, listened to, and ended in time."""

import errno
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import IO

from chassis.telemetry.logs import logger

from chassis import confine
from media.usecases.ports import Interrupted

TAIL = 4_000  # bytes of complaints for the log: the last, where the cause stands
LONGEST_LINE = 64 * 1024  # none of ffmpeg's is longer; a child that writes no line
TICK_SECONDS = 1.0  # how often `tick` is called, and an orphaned pipe looked for
READ = 64 * 1024  # what a pipe holds on Linux
# a cause, its words, and ffmpeg's exit code: the low byte of -ENOMEM and -ENOSPC
NO_MEMORY = (
    "no-memory",
    256 - errno.ENOMEM,
    ("Cannot allocate memory", "Out of memory", "MemoryError", "bad_alloc"),
)
NO_ROOM = (
    "no-room",
    256 - errno.ENOSPC,
    ("No space left on device", "Disk quota exceeded"),
)
CODE_SIGNALLED = 255  # how ffmpeg ends when a signal asks it to
XCPU_WORDS = f"received signal {signal.SIGXCPU.value}"  # and what it says of it
CRASHES = {signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGILL, signal.SIGFPE}


@dataclass(frozen=True)
class ChildLimits:
    """Limits of a child.

    `seconds` by the clock, of them `stall_seconds` without a line of standard output;
    `cpu_seconds` of all its threads together; `memory` is bytes of address space.
    """

    seconds: float
    stall_seconds: float
    cpu_seconds: int
    memory: int


@dataclass(frozen=True)
class ChildEnd:
    """A child that came to its own end: exit code, and the last of its complaints."""

    code: int
    tail: str


class OutOfProcessor(Interrupted):
    """The child used up the processor seconds it had, whatever else was going on."""

    def __init__(self) -> None:
        super().__init__("hung")


def run_child(
    command: Sequence[str],
    limits: ChildLimits,
    take_line: Callable[[str], None] = lambda _: None,
    take_complaint: Callable[[str], None] = lambda _: None,
    tick: Callable[[], None] = lambda: None,
) -> ChildEnd:
    """The end of a program that is run in a process group of its own.

    `take_line` gets each line of standard output, `take_complaint` each of standard
    error, `tick` is called about every second; what one of them raises ends the whole
    group and is raised on. Raises Interrupted where the end is no fault of what the
    program was given: killed, hung, no-memory, no-room, broken (it crashed);
    OutOfProcessor is one of them.
    """
    with subprocess.Popen(
        _confined_command(command, limits),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        try:
            listening = _PipeReader(process, limits, take_line, take_complaint, tick)
            code = listening.until_end()
        finally:
            _end_group(process)
    return _judge_end(command[0], code, listening.last_words())


def _confined_command(command: Sequence[str], limits: ChildLimits) -> list[str]:
    wrapper = [sys.executable, "-I", "-S", str(confine.__file__)]
    figures = (os.getpid(), limits.memory, limits.cpu_seconds)
    return [*wrapper, *map(str, figures), *command]


class _PipeReader:
    """A thread that reads both pipes, so that neither is ever full for long."""

    def __init__(
        self,
        process: subprocess.Popen[bytes],
        limits: ChildLimits,
        take_line: Callable[[str], None],
        take_complaint: Callable[[str], None],
        tick: Callable[[], None],
    ) -> None:
        self.process, self.limits, self.tick = process, limits, tick
        self.takers = {process.stdout: take_line, process.stderr: take_complaint}
        self.pending = {pipe: bytearray() for pipe in self.takers}
        self.tail = bytearray()
        self.began = self.heard = self.ticked = time.monotonic()

    def last_words(self) -> str:
        """The end of what it complained of."""
        return self.tail.decode("utf-8", "replace")

    def until_end(self) -> int:
        """The exit code. Raises Interrupted when it hangs."""
        with selectors.DefaultSelector() as selector:
            for pipe in self.takers:
                selector.register(_require_pipe(pipe), selectors.EVENT_READ)
            while selector.get_map():
                for key, _ in selector.select(self._seconds_to_wait()):
                    self._read_pipe(selector, key.fileobj)  # type: ignore[arg-type]
                self._look_at_clock()
                if self.process.poll() is not None:
                    _end_group(self.process)  # nobody of the group keeps a pipe open
        while self.process.poll() is None:  # it closed its pipes and goes on
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(self._seconds_to_wait())
            self._look_at_clock()
        return self.process.wait()

    def _seconds_to_wait(self) -> float:
        now = time.monotonic()
        ends = self.began + self.limits.seconds
        stalls = self.heard + self.limits.stall_seconds
        return max(0.0, min(ends - now, stalls - now, self.ticked + TICK_SECONDS - now))

    def _look_at_clock(self) -> None:
        now = time.monotonic()
        if now - self.ticked >= TICK_SECONDS:
            self.tick()
            self.ticked = time.monotonic()
        if now - self.began >= self.limits.seconds:
            raise _interruption("hung", "over its time", self.last_words())
        if now - self.heard >= self.limits.stall_seconds:
            raise _interruption("hung", "says nothing", self.last_words())

    def _read_pipe(self, selector: selectors.BaseSelector, pipe: IO[bytes]) -> None:
        piece = os.read(pipe.fileno(), READ)
        pending = self.pending[pipe]
        pending += piece
        if pipe is self.process.stderr:
            self.tail += piece
            del self.tail[:-TAIL]
        if not piece:
            selector.unregister(pipe)
        *lines, rest = pending.split(b"\n")
        if rest and (not piece or len(rest) > LONGEST_LINE):
            lines, rest = [*lines, rest], bytearray()
        self.pending[pipe] = bytearray(rest)
        for line in lines:
            self.takers[pipe](line.decode("utf-8", "replace"))
        if lines and pipe is self.process.stdout:
            self.heard = time.monotonic()


def _require_pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None
    return pipe


def _end_group(process: subprocess.Popen[bytes]) -> None:
    """Kill whoever of the child's group is left."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def _judge_end(program: str, code: int, tail: str) -> ChildEnd:
    """The end of a child, or whose fault it is. Raises Interrupted."""
    if code == -signal.SIGXCPU or (code == CODE_SIGNALLED and XCPU_WORDS in tail):
        _log_end("hung", f"{program}: out of processor seconds", tail)
        raise OutOfProcessor
    if code < 0 or code == CODE_SIGNALLED:
        cause = "broken" if -code in CRASHES else "killed"
        raise _interruption(cause, f"{program}: signal {-code}", tail)
    if code == confine.CODE_NO_PROGRAM:
        raise _interruption("broken", f"{program}: not a program", tail)
    for cause, code_of_it, words in (NO_ROOM, NO_MEMORY):
        if code == code_of_it or (code and any(word in tail for word in words)):
            raise _interruption(cause, f"{program}: code {code}", tail)
    return ChildEnd(code, tail)


def _interruption(cause: str, how: str, tail: str) -> Interrupted:
    """The exception, after the log has the child's own words."""
    _log_end(cause, how, tail)
    return Interrupted(cause)


def _log_end(cause: str, how: str, tail: str) -> None:
    logger().warning("child_interrupted", cause=cause, how=how, tail=tail)
