"""A child program is confined, heard and ended; whose fault its end was is told."""

import os
import signal
import sys
import time
from pathlib import Path

import pytest
from media.clients.child import ChildEnd, ChildLimits, OutOfProcessor, run_child
from media.usecases.ports import Interrupted

ROOMY = ChildLimits(seconds=30, stall_seconds=30, cpu_seconds=30, memory=2 << 30)


def python(program: str) -> list[str]:
    """A child that runs this program."""
    return [sys.executable, "-c", program]


def cause_of(program: str, limits: ChildLimits = ROOMY) -> str:
    """Why the child was interrupted."""
    with pytest.raises(Interrupted) as ended:
        run_child(python(program), limits)
    return ended.value.cause


def is_alive(pid: int) -> bool:
    """Whether a process runs, and is no zombie."""
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"


def test_lines_come_one_by_one_and_the_last_needs_no_newline() -> None:
    lines: list[str] = []
    ended = run_child(
        python("print('一\\n二'); print('三', end='')"), ROOMY, lines.append
    )
    assert lines == ["一", "二", "三"]
    assert ended == ChildEnd(0, "")


def test_its_own_failure_is_its_code_and_its_last_words() -> None:
    program = "import sys; sys.stderr.write('this file is odd'); sys.exit(3)"
    assert run_child(python(program), ROOMY) == ChildEnd(3, "this file is odd")


def test_any_amount_of_complaints_blocks_nothing_and_only_the_end_is_kept() -> None:
    program = (
        "import sys\n"
        "for i in range(10_000): sys.stderr.write(f'complaint {i:09d}\\n')\n"
        "sys.stderr.flush(); print('done'); sys.exit(1)"
    )
    lines: list[str] = []
    ended = run_child(python(program), ROOMY, lines.append)
    assert lines == ["done"]
    assert ended.tail.endswith("complaint 000009999\n")
    assert len(ended.tail) <= 4_000


def test_complaints_can_be_heard_as_lines() -> None:
    complaints: list[str] = []
    program = "import sys; sys.stderr.write('a\\nb\\n')"
    run_child(python(program), ROOMY, take_complaint=complaints.append)
    assert complaints == ["a", "b"]


def test_a_line_without_end_is_cut_and_takes_no_memory() -> None:
    lines: list[str] = []
    run_child(python("print('x' * 3_000_000)"), ROOMY, lines.append)
    assert sum(map(len, lines)) == 3_000_000
    assert max(map(len, lines)) <= 128 * 1024


def test_a_child_over_its_time_is_hung() -> None:
    tight = ChildLimits(seconds=0.5, stall_seconds=30, cpu_seconds=30, memory=2 << 30)
    talks = "import time\nwhile True: print('still here', flush=True); time.sleep(0.01)"
    assert cause_of(talks, tight) == "hung"


def test_a_child_that_says_nothing_is_hung_though_it_complains() -> None:
    tight = ChildLimits(seconds=30, stall_seconds=0.5, cpu_seconds=30, memory=2 << 30)
    complains = (
        "import sys, time\nwhile True: sys.stderr.write('!\\n'); time.sleep(0.01)"
    )
    assert cause_of(complains, tight) == "hung"


def test_a_child_that_closes_its_pipes_and_goes_on_is_hung() -> None:
    tight = ChildLimits(seconds=0.5, stall_seconds=30, cpu_seconds=30, memory=2 << 30)
    assert cause_of("import os, time; os.closerange(1, 3); time.sleep(60)", tight) == (
        "hung"
    )


def test_who_is_killed_and_who_crashes_are_told_apart() -> None:
    kill = "import os, signal; os.kill(os.getpid(), signal.{})"
    assert cause_of(kill.format("SIGKILL")) == "killed"
    assert cause_of(kill.format("SIGTERM")) == "killed"
    assert cause_of(kill.format("SIGSEGV")) == "broken"


def test_a_full_disk_and_used_up_memory_are_no_fault_of_the_file() -> None:
    full = "import sys; sys.exit('out.m4s: No space left on device')"
    assert cause_of(full) == "no-room"
    assert cause_of("import sys; sys.exit(228)") == "no-room"
    assert cause_of("import sys; sys.exit(244)") == "no-memory"


@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone keeps this limit")
def test_memory_ends_where_the_limit_says() -> None:
    tight = ChildLimits(seconds=30, stall_seconds=30, cpu_seconds=30, memory=256 << 20)
    assert cause_of("x = bytearray(300 << 20)", tight) == "no-memory"


def test_processor_seconds_end_where_the_limit_says() -> None:
    tight = ChildLimits(seconds=30, stall_seconds=30, cpu_seconds=1, memory=2 << 30)
    with pytest.raises(OutOfProcessor):
        run_child(python("while True: pass"), tight)


def test_a_program_that_is_not_there_is_no_fault_of_the_file() -> None:
    with pytest.raises(Interrupted) as ended:
        run_child(["/nowhere/ffmpeg"], ROOMY)
    assert ended.value.cause == "broken"


def test_what_a_listener_raises_ends_the_whole_group() -> None:
    program = (
        "import os, subprocess, sys, time\n"
        "sleep = [sys.executable, '-c', 'import time; time.sleep(60)']\n"
        "child = subprocess.Popen(sleep)\n"
        "print(os.getpid(), child.pid, flush=True); time.sleep(60)"
    )
    pids: list[int] = []

    def refuse(line: str) -> None:
        pids.extend(map(int, line.split()))
        raise KeyError(line)

    with pytest.raises(KeyError):
        run_child(python(program), ROOMY, refuse)
    assert len(pids) == 2
    assert_gone(pids)


def test_a_grandchild_that_keeps_the_pipe_does_not_keep_us() -> None:
    program = (
        "import subprocess, sys\n"
        "sleep = [sys.executable, '-c', 'import time; time.sleep(60)']\n"
        "child = subprocess.Popen(sleep)\n"
        "print(child.pid)"
    )
    pids: list[int] = []
    began = time.monotonic()
    ended = run_child(python(program), ROOMY, lambda line: pids.append(int(line)))
    assert ended.code == 0
    assert time.monotonic() - began < 20
    assert_gone(pids)


def test_the_clock_ticks_while_nothing_is_said() -> None:
    class Enough(Exception):
        pass

    def stop() -> None:
        raise Enough

    with pytest.raises(Enough):
        run_child(python("import time; time.sleep(60)"), ROOMY, tick=stop)


@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone can do this")
def test_a_child_dies_with_a_parent_that_is_killed() -> None:
    parent = (
        "from media.clients.child import ChildLimits, run_child\n"
        "import sys\n"
        "run_child([sys.executable, '-c', "
        "'import os, time; print(os.getpid(), flush=True); time.sleep(60)'], "
        "ChildLimits(60, 60, 60, 2 << 30), lambda line: print(line, flush=True))"
    )
    pids: list[int] = []

    def kill_parent(line: str) -> None:
        child = int(line)
        pids.append(child)
        ppid = int(
            Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()[1]
        )
        os.kill(ppid, signal.SIGKILL)

    with pytest.raises(Interrupted):
        run_child(python(parent), ROOMY, kill_parent)
    assert_gone(pids)


def assert_gone(pids: list[int]) -> None:
    """Processes end soon after they were killed."""
    until = time.monotonic() + 10
    while any(map(is_alive, pids)) and time.monotonic() < until:
        os.sched_yield()
    assert not any(map(is_alive, pids))
