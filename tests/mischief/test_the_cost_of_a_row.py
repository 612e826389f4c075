"""What a chunk of new people costs in commands of the store, until its receipt is due.

Each waits for the one before it, so a single row feels every one that is in vain.
"""

import random
from collections import Counter
from pathlib import Path

import pytest
from enrollment.domain.roster import MOST_ROWS

from tests.mischief.college import College
from tests.mischief.going import Going, OneRound
from tests.mischief.story import BRANCH, CLASS, Story
from tests.platform import rosters

RECEIVING = Counter(
    {
        "find enrollment.turns": 1,
        "find enrollment.chunks": 1,
        "update enrollment.turns": 1,
        "insert enrollment.chunks": 1,
    }
)
DECIDING = Counter(
    {
        "findAndModify enrollment.chunks": 2,
        "find enrollment.seat_books": 2,
        "find enrollment.memberships": 2,
        "find enrollment.people": 1,
        "find enrollment.branches": 1,
        "insert enrollment.memberships": 1,
        "insert enrollment.people": 1,
        "find enrollment.enrolments": 1,
        "findAndModify enrollment.seat_books": 2,
        "insert enrollment.enrolments": 1,
    }
)
ONCE_A_MINUTE = Counter({"find enrollment.branches": 1})
"""Whether the branch is there and open."""
MOST_DECIDING = 16
"""Of 1.3 ms each on the embedded store: with the broker and the relay, 60 ms."""
TAKING_TURNS = Counter({"update enrollment.turns": 1})


@pytest.fixture
def story(college: College, lecture: Path) -> Story:
    """A class is open, its branch has sent a chunk before, and all is quiet."""
    college.empty()
    story = Story(college, Going(college, random.Random(1)), lecture)
    story.open_a_class()
    story.send_chunk("before.1", 0)
    story.going.settle()
    return story


def commands_of(college: College, worker: str) -> Counter[str]:
    """What enrollment asks of its store while this worker goes round once."""

    def count() -> Counter[str]:
        client = college.databases["enrollment"].client
        return Counter(client.admin.command("serverStatus")["commands"])

    before = count()
    college.services["enrollment"].workers[worker](OneRound())
    return count() - before


@pytest.mark.parametrize(
    ("rows", "worker", "deciding"),
    [
        (1, "deciding-small", DECIDING),
        (1, "deciding", DECIDING + TAKING_TURNS),
        (MOST_ROWS, "deciding", DECIDING + TAKING_TURNS),
    ],
)
def test_a_chunk_costs_few_commands_however_many_rows_it_has(
    story: Story, rows: int, worker: str, deciding: Counter[str]
) -> None:
    story.send_rows("now.1", rosters.rows(rows, CLASS, BRANCH))
    assert commands_of(story.college, "rosters") - ONCE_A_MINUTE == RECEIVING
    assert commands_of(story.college, worker) == deciding
    assert deciding.total() <= MOST_DECIDING
    story.going.until(lambda: story.has_receipt("now.1"))
