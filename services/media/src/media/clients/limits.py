"""Limits of the program while it makes a lecture."""

from media.clients.child import ChildLimits

CPU_A_SECOND = 60
"""Processor seconds for each of the lecture: 4K at 60 pictures takes about 10 here, and
a processor may be several times slower."""
WALL_A_SECOND = 120  # the same on a machine that does other work besides
AT_LEAST_SECONDS = 600  # for a short one on a machine that is slow to begin
STALL_SECONDS = 120  # it tells its progress twice a second
MEMORY = 12 << 30
"""Of addresses, most of them never touched: each thread reserves 64 MiB and more."""


def limits_for(seconds: float) -> ChildLimits:
    """The limits for a lecture of so many seconds."""
    return ChildLimits(
        seconds=AT_LEAST_SECONDS + WALL_A_SECOND * seconds,
        stall_seconds=STALL_SECONDS,
        cpu_seconds=int(AT_LEAST_SECONDS + CPU_A_SECOND * seconds),
        memory=MEMORY,
    )
