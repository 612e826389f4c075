"""`biyong records import`: a file from elsewhere stands in the record, once."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from biyong.demo import load_data
from biyong.demo.people import invent_people
from biyong.operating import EXIT_FOUND

from tests.platform.running import Platform

PEOPLE = invent_people(200, load_data("demo"))
SOURCE = "旧平台"


def bring(platform: Platform, file: Path, *options: str) -> tuple[int, list[Any]]:
    """The exit code, and what became of each line."""
    command = [sys.executable, "-m", "biyong", "records", "import", str(file)]
    done = subprocess.run(
        [*command, "--source", SOURCE, "--json", *options],
        env=os.environ | {"BIYONG_HOME": str(platform.home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


@pytest.fixture
def file(platform: Platform, tmp_path: Path) -> Path:
    """A good line by phone, one by member number, and one about nobody."""
    listed = platform.door("jiaowu").ask("GET", "catalog", "courses", q="工运史")
    course, member = listed["items"][0]["id"], PEOPLE[151]
    path = tmp_path / "records.csv"
    path.write_text(
        "手机号,单位编号,会员号,课程编号,完成日期,学时\n"
        f"{PEOPLE[150].phone},,,{course},2026-03-05,1.5\n"
        f",{member.branch_id},{member.member_no},{course},2026-03-06,2\n"
        f"13700009999,,,{course},2026-03-06,2\n",
        "utf-8-sig",
    )
    return path


def entries_of(platform: Platform) -> list[dict[str, Any]]:
    with platform.store() as store:
        found = store["learning"]["hours"].find({})
        imported = [entry for entry in found if entry.get("source") == SOURCE]
    return sorted(imported, key=lambda entry: entry["at"])


def test_a_file_is_tried_imported_and_sent_again(
    platform: Platform, file: Path
) -> None:
    outcomes = [
        {"line": 2, "outcome": "imported", "reason": ""},
        {"line": 3, "outcome": "imported", "reason": ""},
        {"line": 4, "outcome": "refused", "reason": "unknown-person"},
    ]
    assert bring(platform, file, "--dry-run") == (EXIT_FOUND, outcomes)
    assert entries_of(platform) == []
    assert bring(platform, file) == (EXIT_FOUND, outcomes)
    entries = entries_of(platform)
    assert [(entry["quarters"], entry["rule"]) for entry in entries] == [
        (6, "imported"),
        (8, "imported"),
    ]
    code, again = bring(platform, file)
    assert [line["outcome"] for line in again] == ["known", "known", "refused"]
    assert entries_of(platform) == entries
    with platform.store() as store:
        written = store["learning"]["audit_log"].count_documents(
            {"action": "records-imported"}
        )
    assert (code, written) == (EXIT_FOUND, 1)
