"""What an edge served is told to media: all of it, and nothing else."""

import json
import os
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from biyong.edge.feed import ServedFeed
from biyong.edge.served_log import WELL_SECONDS, WRITTEN_SECONDS, ServedLog
from chassis.http.problem import Problem
from contracts.http.served import MOST_SERVED, ServedSegmentIn

LINE = {
    "person": "wang", "session": "s1", "lecture_id": "l", "edition": 3,
    "segment": "00007", "range": "",
}  # fmt: skip
SERVED = ServedSegmentIn(
    session="s1", person="wang", lecture_id="l", edition=3, segment=7
)


@dataclass
class Media:
    """Takes what it is told, unless it is away or refuses."""

    told: list[ServedSegmentIn] = field(default_factory=list)
    problem: Problem | None = None
    sizes: list[int] = field(default_factory=list)

    def __call__(self, served: Sequence[ServedSegmentIn]) -> None:
        if self.problem:
            raise self.problem
        self.told += served
        self.sizes.append(len(served))


def line(**fields: Any) -> str:
    return json.dumps(LINE | fields) + "\n"


def write(folder: Path, minute: str, *lines: str) -> Path:
    file = folder / f"2026-11-29.{minute}.log"
    with file.open("a") as opened:
        opened.writelines(lines)
    return file


def feed_of(folder: Path) -> tuple[ServedFeed, Media]:
    media = Media()
    return ServedFeed(ServedLog(folder), media), media


def test_each_line_is_told_once_the_oldest_minute_first(tmp_path: Path) -> None:
    feed, media = feed_of(tmp_path)
    write(tmp_path, "1001", line(segment="00002"))
    write(tmp_path, "1000", line(segment="00001"))
    assert feed.carry_served() == 2
    write(tmp_path, "1001", line(segment="00003"))
    assert feed.carry_served() == 1
    assert [served.segment for served in media.told] == [1, 2, 3]


def test_a_line_that_is_half_written_waits_for_its_end(tmp_path: Path) -> None:
    feed, media = feed_of(tmp_path)
    text = line()
    write(tmp_path, "1000", text[:20])
    assert feed.carry_served() == 0
    write(tmp_path, "1000", text[20:])
    assert feed.carry_served() == 1
    assert media.told == [SERVED]


@pytest.mark.parametrize(
    ("content_range", "is_whole"),
    [
        ("", True),
        ("bytes 0-99/100", True),
        ("bytes 0-98/100", False),
        ("bytes 1-99/100", False),
        ("bytes */100", False),
        ("nonsense", False),
    ],
)
def test_a_range_counts_if_it_is_the_whole_file(
    tmp_path: Path, content_range: str, is_whole: bool
) -> None:
    feed, media = feed_of(tmp_path)
    write(tmp_path, "1000", line(range=content_range))
    feed.carry_served()
    assert media.told == ([SERVED] if is_whole else [])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        '"x"',
        '{"person": "wang"}',
        "\x00\xff",
        '{"edition": [1]}',
    ],
)
def test_what_is_no_line_is_counted_and_costs_no_other(
    tmp_path: Path, text: str
) -> None:
    feed, media = feed_of(tmp_path)
    write(tmp_path, "1000", line(), f"{text}\n", line())
    feed.carry_served()
    assert media.told == [SERVED, SERVED]
    assert feed.log.unreadable == 1


def test_while_media_is_away_nothing_is_lost(tmp_path: Path) -> None:
    feed, media = feed_of(tmp_path)
    file = write(tmp_path, "1000", line())
    media.problem = Problem(503, "service-away", "again soon")
    with pytest.raises(Problem):
        feed.carry_served()
    feed.log.remove_sent(file.stat().st_mtime + 10 * WRITTEN_SECONDS)
    media.problem = None
    assert feed.carry_served() == 1
    assert media.told == [SERVED]


def test_what_media_cannot_read_stops_nothing_behind_it(tmp_path: Path) -> None:
    feed, media = feed_of(tmp_path)
    write(tmp_path, "1000", line())
    media.problem = Problem(422, "body-refused", "of another release")
    feed.carry_served()
    media.problem = None
    write(tmp_path, "1000", line(segment="00008"))
    feed.carry_served()
    assert [served.segment for served in media.told] == [8]


def test_a_file_goes_once_it_is_told_and_nobody_writes_to_it(tmp_path: Path) -> None:
    feed, _ = feed_of(tmp_path)
    file = write(tmp_path, "1000", line())
    feed.carry_served()
    feed.log.remove_sent(file.stat().st_mtime + WRITTEN_SECONDS / 2)
    assert file.exists()
    write(tmp_path, "1000", line())
    feed.log.remove_sent(file.stat().st_mtime + 2 * WRITTEN_SECONDS)
    assert file.exists()  # its last line is not told yet
    feed.carry_served()
    feed.log.remove_sent(file.stat().st_mtime + 2 * WRITTEN_SECONDS)
    assert not file.exists()


def test_a_feed_that_begins_anew_tells_again_what_is_still_there(
    tmp_path: Path,
) -> None:
    write(tmp_path, "1000", line())
    for _ in range(2):
        feed, media = feed_of(tmp_path)
        feed.carry_served()
        assert media.told == [SERVED]


def test_many_lines_are_told_in_pieces_that_media_takes(tmp_path: Path) -> None:
    feed, media = feed_of(tmp_path)
    write(tmp_path, "1000", *[line() for _ in range(3 * MOST_SERVED)])
    assert feed.carry_served() == 3 * MOST_SERVED
    assert max(media.sizes) <= MOST_SERVED


def test_told_to_stop_it_goes_on_until_the_edge_has_ended(tmp_path: Path) -> None:
    feed, media = feed_of(tmp_path)
    stopping, looks = threading.Event(), iter([True, False])
    stopping.set()

    def is_edge_there() -> bool:
        write(tmp_path, "1000", line())  # it serves on while it drains
        return next(looks)

    feed.run(stopping, is_edge_there)
    assert media.told == [SERVED, SERVED]


def test_no_file_is_touched_that_is_no_log(tmp_path: Path) -> None:
    feed, media = feed_of(tmp_path)
    other = tmp_path / "notes.txt"
    other.write_text(line())
    os.utime(other, (0, 0))
    feed.carry_served()
    assert (media.told, other.exists()) == ([], True)


def test_it_is_well_while_all_is_told(tmp_path: Path) -> None:
    feed, media = feed_of(tmp_path)
    assert not feed.log.is_well()
    stopping = threading.Event()
    stopping.set()
    feed.run(stopping, lambda: False)
    assert feed.log.is_well()
    assert not feed.log.is_well(time.time() + 2 * WELL_SECONDS)
    assert media.told == []
