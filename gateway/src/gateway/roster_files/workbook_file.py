"""A workbook, read by a confined child: nothing of a stranger's file runs in here."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO, NamedTuple

import msgspec
from chassis.telemetry.logs import logger

from chassis import confine
from gateway.roster_files.roster_faults import RosterUnreadable
from gateway.roster_files.workbook_lines import Line, SheetChoice, SheetFault, SheetRow

CHILD = "gateway.roster_files.workbook_child"
SMALLEST_MEMORY, LARGEST_MEMORY = 64 * 1024 * 1024, 200 * 1024 * 1024
MEMORY_PER_BYTE = 24
"""Bytes of address space: the child takes 26 MB before it reads, then some 20 bytes
for each of an honest file, and thousands for each of a bomb. 50,000 rows of 30 columns
are 5.5 MB and take 175."""
CPU_SECONDS, SECONDS = 10, 30.0
"""50,000 rows take one second of a processor; others may need it at the same time."""
AT_ONCE, TURN_SECONDS = 2, 20.0
"""Children of one process, and how long a file waits for its turn."""
LONGEST_LINE = 8 * 1024 * 1024
"""A thousand cells of a thousand characters, all of them escaped, are 6 MB."""
OUT_OF_MEMORY = {-signal.SIGABRT, -signal.SIGKILL, -signal.SIGXCPU}
"""How the child ends when an allocation fails in Rust, or a limit is reached."""
TURNS = threading.BoundedSemaphore(AT_ONCE)
_LINES = msgspec.json.Decoder(Line)


class OpenSheet(NamedTuple):
    """A sheet of a workbook, and its rows with their numbers as they come."""

    choice: SheetChoice
    rows: Iterator[tuple[int, list[str]]]


@contextmanager
def open_sheet(content: bytes, wanted: str = "") -> Iterator[OpenSheet]:
    """The sheet of that name, else the first with a roster.

    Raises RosterUnreadable at once or while rows are taken: workbook-damaged,
    workbook-locked, workbook-unknown, workbook-too-large, sheet-missing,
    sheet-too-wide, rows-too-many, file-empty, reader-busy.
    """
    if not TURNS.acquire(timeout=TURN_SECONDS):
        raise RosterUnreadable("reader-busy")
    try:
        with _start_child(_memory_for(content)) as child:
            clock = threading.Timer(SECONDS, child.kill)
            clock.start()
            try:
                lines = _find_lines(child, content, wanted)
                choice = next(lines)
                assert isinstance(choice, SheetChoice)
                yield OpenSheet(choice, _find_rows(lines))
            finally:
                clock.cancel()
                child.kill()
    finally:
        TURNS.release()


def _memory_for(content: bytes) -> int:
    most = SMALLEST_MEMORY + MEMORY_PER_BYTE * len(content)
    return min(most, LARGEST_MEMORY)


def _start_child(memory: int) -> subprocess.Popen[bytes]:
    wrapper = [sys.executable, "-I", "-S", str(confine.__file__)]
    limits = map(str, (os.getpid(), memory, CPU_SECONDS))
    program = [sys.executable, "-I", "-m", CHILD]
    return subprocess.Popen(
        [*wrapper, *limits, *program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _find_lines(
    child: subprocess.Popen[bytes], content: bytes, wanted: str
) -> Iterator[Line]:
    """The child's lines to the last. Raises RosterUnreadable."""
    with suppress(BrokenPipeError):  # it ended early, and has written why
        _require_pipe(child.stdin).write(msgspec.json.encode(wanted) + b"\n")
        _require_pipe(child.stdin).write(content)
        _require_pipe(child.stdin).close()
    while raw := _require_pipe(child.stdout).readline(LONGEST_LINE):
        line = _LINES.decode(raw)
        if isinstance(line, SheetFault):
            raise RosterUnreadable(line.fault)
        yield line
        if not isinstance(line, SheetRow | SheetChoice):
            return
    raise RosterUnreadable(_judge_end(child.wait()))


def _judge_end(code: int) -> str:
    """The fault of a file at which the child came to a bad end."""
    logger().warning("workbook_reader_ended", code=code)
    return "workbook-too-large" if code in OUT_OF_MEMORY else "workbook-damaged"


def _find_rows(lines: Iterator[Line]) -> Iterator[tuple[int, list[str]]]:
    return ((line.number, line.cells) for line in lines if isinstance(line, SheetRow))


def _require_pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None
    return pipe
