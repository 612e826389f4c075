"""What an edge is told: how long it may go by it."""

import re

from media.api.edge import CHECK_CACHING

CLOSES_SECONDS = 60
"""A session or seat that is lost closes within a minute."""


def test_no_answer_outlasts_a_lost_seat_by_more_than_a_minute() -> None:
    held = {name: int(n) for name, n in re.findall(r"([a-z-]+)=(\d+)", CHECK_CACHING)}
    for beyond in ("stale-while-revalidate", "stale-if-error"):
        assert held["max-age"] + held[beyond] <= CLOSES_SECONDS


def test_media_is_asked_at_most_twice_a_minute() -> None:
    assert CHECK_CACHING.startswith("max-age=30,")
