"""The way of one roster row, from the broker to its receipt, is short enough to be
read: docs/README.md names its files."""

import random
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from tests.mischief.college import College
from tests.mischief.going import Going, OneRound
from tests.mischief.story import Story

ROOT = f"{Path(__file__).parents[2]}/"
MOST_FILES = 30
"""Each further one is a file that a newcomer has to open; thirty is what we want."""


@contextmanager
def executed() -> Iterator[list[str]]:
    """The shipped files of which a function runs meanwhile, in the order of coming."""
    files: list[str] = []

    def note(frame: FrameType, event: str, _: object) -> None:
        path = frame.f_code.co_filename
        if event == "call" and path.startswith(ROOT) and "/src/" in path:
            shipped = path.removeprefix(ROOT)
            if shipped not in files:
                files.append(shipped)

    threading.setprofile(note)
    sys.setprofile(note)
    try:
        yield files
    finally:
        sys.setprofile(None)
        threading.setprofile(None)


def test_a_row_goes_from_the_broker_to_its_receipt_through_few_files(
    college: College, lecture: Path
) -> None:
    college.empty()
    story = Story(college, Going(college, random.Random(1)), lecture)
    story.open_a_class()
    story.going.settle()
    enrollment = college.services["enrollment"]
    with executed() as files:
        story.send_chunk("w.1", 0)
        enrollment.workers["rosters"](OneRound())
        while not story.has_receipt("w.1"):
            for name in ("deciding-small", "deciding"):
                enrollment.workers[name](OneRound())
            enrollment.relay.wake.set()
            enrollment.relay.run(OneRound())
    assert len(files) <= MOST_FILES, "\n".join(files)
