"""From a branch's roster to a certificate anyone can verify, by the HTTP doors."""

from pathlib import Path
from typing import Any

import pytest
from biyong.door import Door, Refused

from tests.platform import chain, rosters
from tests.platform.running import Platform, until


def test_a_roster_row_becomes_a_certificate_that_anyone_can_verify(
    platform: Platform, tmp_path: Path
) -> None:
    course = chain.publish_course(platform, tmp_path)
    officer = platform.door("shi")
    [row] = rosters.rows(1, course.class_id)
    rosters.put(officer, "chain.1", [{**row, "email": "chain@biyong.example"}])
    [outcome] = until(lambda: rosters.receipt(officer, "chain.1"), 30)
    assert outcome["outcome"] == "enrolled"

    trainee = chain.take_up_invitation(platform, "chain@biyong.example")
    notices = until(
        lambda: trainee.call("GET", "/api/notify/notices", dict[str, Any])["items"],
        30,
    )
    assert [notice["kind"] for notice in notices] == ["seat-taken"]

    ticket = chain.grant(trainee, course.lecture_id)
    verdict = chain.watch_to_the_end(trainee, ticket)
    assert verdict["watch"]["completed"], verdict
    issued = chain.certificate(trainee)
    hours = trainee.call("GET", "/api/learning/hours", dict[str, Any])
    assert (hours["hours"], len(hours["entries"])) == (0.25, 1)

    anyone = Door(platform.url)
    path = f"/api/learning/certificates/{issued['number']}"
    shown = anyone.call("GET", path, dict[str, Any])
    assert shown["genuine"]
    assert (shown["name"], shown["title"]) == (row["name"], "链条班")
    with pytest.raises(Refused) as refused:
        anyone.call("GET", "/api/learning/certificates/BY-2026-AAAA-AAAA-AAAA", dict)
    assert refused.value.slug == "unknown-certificate"

    kinds = until(lambda: _kinds(trainee, 4), 30)
    assert sorted(kinds) == [
        "certificate-issued", "course-completed", "hours-credited", "seat-taken",
    ]  # fmt: skip


def _kinds(trainee: Door, wanted: int) -> list[str]:
    found = trainee.call("GET", "/api/notify/notices", dict[str, Any])["items"]
    return [one["kind"] for one in found] if len(found) >= wanted else []


def test_no_collection_was_read_without_an_index(platform: Platform) -> None:
    with platform.store() as store:
        assert store.admin.command("serverStatus")["scans"] == {}
