"""Failures of the program: whose fault it is that it gave up."""

from chassis.telemetry.logs import logger

from media.clients.child import ChildEnd
from media.domain.job import BROKEN
from media.usecases.ports import Interrupted

FAULTS_OF_FILES = (
    "Decode error rate",
    "Error submitting packet to decoder",
    "Error while decoding",
    "Invalid data found when processing input",
    "Cannot determine format of input",
)
"""What the program says, and then gives up, when nothing of a track can be decoded."""


def blames_file(ended: ChildEnd) -> bool:
    """Whether a program that gave up says that it was the file."""
    return any(words in ended.tail for words in FAULTS_OF_FILES)


def require_end(ended: ChildEnd) -> None:
    """The program may not give up on what we wrote ourselves. Raises Interrupted."""
    if ended.code:
        logger().warning("program_failed", code=ended.code, tail=ended.tail)
        raise Interrupted(BROKEN)
