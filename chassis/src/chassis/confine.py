"""A wrapper that confines itself and becomes the program it is handed.

`python confine.py PARENT MEMORY CPU_SECONDS PROGRAM ARGUMENT…`: MEMORY is bytes of
address space, CPU_SECONDS of processor. It is run as a file and knows only the
standard library, so that it starts in a few milliseconds; doing the same in
`preexec_fn` would run Python between fork and exec of a process with threads.
"""

import ctypes
import os
import resource
import signal
import sys
from pathlib import Path

PR_SET_PDEATHSIG = 1  # of linux/prctl.h
NICE = 5  # whoever asks for a page goes before whoever makes a lecture
OOM_SCORE = 500  # where memory ends the kernel takes the child, not the service
CODE_NO_PROGRAM = 127  # as shells say it
GRACE_SECONDS = 5  # from SIGXCPU, which says what it is, to SIGKILL, which does not


def confine_process(memory: int, cpu_seconds: int) -> None:
    """Limit this process, and whatever it becomes."""
    _set_limit(resource.RLIMIT_CORE, 0, 0)
    _set_limit(resource.RLIMIT_CPU, cpu_seconds, cpu_seconds + GRACE_SECONDS)
    if sys.platform == "linux":
        _set_limit(resource.RLIMIT_AS, memory, memory)
        Path("/proc/self/oom_score_adj").write_text(str(OOM_SCORE))
    os.nice(NICE)


def _set_limit(which: int, soft: int, hard: int) -> None:
    """Set a limit, or leave what is tighter: nobody may loosen it."""
    highest = resource.getrlimit(which)[1]
    if highest != resource.RLIM_INFINITY:
        soft, hard = min(soft, highest), min(hard, highest)
    resource.setrlimit(which, (soft, hard))


def die_with(parent: int) -> None:
    """Let the kernel end this process when its parent is killed (Linux)."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it was killed before we asked
        sys.exit(1)


if __name__ == "__main__":
    die_with(int(sys.argv[1]))
    confine_process(int(sys.argv[2]), int(sys.argv[3]))
    try:
        os.execv(sys.argv[4], sys.argv[4:])  # noqa: S606, no shell is wanted
    except OSError as error:
        sys.stderr.write(f"{sys.argv[4]}: {error}\n")
        sys.exit(CODE_NO_PROGRAM)
