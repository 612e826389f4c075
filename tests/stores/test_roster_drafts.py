"""Drafts of rosters lie sealed, for their owner, for a day, on every engine."""

from dataclasses import replace

import pytest
from cryptography.exceptions import InvalidTag
from gateway.identity.tokens import moment_in
from gateway.roster_drafts.draft import DraftChoices, DraftSummary, RosterDraft
from gateway.roster_drafts.draft_store import MOST_DRAFTS, RosterDrafts
from gateway.roster_drafts.read_draft import Names, ReadDraft
from gateway.roster_drafts.sealed_parts import SealedParts
from gateway.roster_files.roster_file import RosterFile

from tests.doubles.roster_drafts import MemoryMappings
from tests.engines import Kept

ID_NUMBER = "11010519491231002X"
PEOPLE = "".join(f"张三,M{n},1381234{n:04d},c1,{ID_NUMBER}\n" for n in range(250))
FILE = f"姓名,会员号,手机号,班级编号,身份证号\n{PEOPLE}".encode()
NEW = RosterDraft(
    "d1", "a1", "east", "r.csv", "r", False, DraftChoices(), DraftSummary()
)


@pytest.fixture
def drafts(kept: Kept) -> RosterDrafts:
    made = RosterDrafts(kept.database("gateway"), SealedParts(b"secret"))
    made.create_indexes()
    return made


def read(draft: RosterDraft) -> tuple[RosterDraft, RosterFile | None]:
    names = Names(lambda: None, lambda: None)
    return ReadDraft(MemoryMappings())(draft, FILE, names)


def store(drafts: RosterDrafts, draft: RosterDraft = NEW) -> RosterDraft:
    done, roster = read(draft)
    drafts.create_draft(done, FILE)
    drafts.write_reading(done, roster)
    return done


def test_a_draft_comes_back_as_it_was_read(drafts: RosterDrafts) -> None:
    done = store(drafts)
    assert drafts.get_draft("d1", "a1") == done
    assert drafts.get_content("d1") == FILE
    assert (done.chunks, done.summary.rows) == (2, 250)
    assert [row["row"] for row in drafts.get_rows("d1", 1)][:2] == [202, 203]


def test_nothing_in_the_store_names_anybody(drafts: RosterDrafts) -> None:
    store(drafts)
    parts = list(drafts.parts.find())
    stored = repr([*drafts.rows.find(), *parts])
    assert len(parts) == 4
    for word in ("张三", ID_NUMBER, "1381234"):
        assert word not in stored
        assert not any(word.encode() in part["sealed"] for part in parts)


def test_a_part_stands_for_no_other(drafts: RosterDrafts) -> None:
    store(drafts)
    first = drafts.parts.find_one({"_id": "d1.0"})
    assert first is not None
    drafts.parts.update_one({"_id": "d1.1"}, {"$set": {"sealed": first["sealed"]}})
    with pytest.raises(InvalidTag):
        drafts.get_rows("d1", 1)


def test_nobody_else_gets_a_draft(drafts: RosterDrafts) -> None:
    store(drafts)
    assert drafts.get_draft("d1", "a2") is None
    assert drafts.find_drafts("a2") == []


def test_a_draft_ends_after_a_day(drafts: RosterDrafts) -> None:
    store(drafts)
    drafts.rows.update_one({"_id": "d1"}, {"$set": {"until": moment_in(-1)}})
    assert drafts.get_draft("d1", "a1") is None
    assert drafts.find_drafts("a1") == []


def test_sending_is_noted_and_never_goes_back(drafts: RosterDrafts) -> None:
    store(drafts)
    drafts.begin_sending("d1", "十一月", "r9", True)
    drafts.note_sent("d1", 2)
    drafts.note_sent("d1", 1)
    found = drafts.get_draft("d1", "a1")
    assert found is not None
    assert (found.sent, found.is_sent, found.name) == (2, True, "十一月")
    drafts.begin_sending("d1", "十二月", "r10", False)
    again = drafts.get_draft("d1", "a1")
    assert again is not None
    assert again.roster_id == "r9", "what is begun is not begun anew"


def test_of_many_drafts_the_latest_stay(drafts: RosterDrafts) -> None:
    for number in range(MOST_DRAFTS + 2):
        store(drafts, replace(NEW, id=f"d{number}"))
    ids = [draft.id for draft in drafts.find_drafts("a1")]
    assert len(ids) == MOST_DRAFTS
    assert ids[0] == f"d{MOST_DRAFTS + 1}"


def test_nothing_is_left_of_a_draft_that_is_deleted(drafts: RosterDrafts) -> None:
    store(drafts)
    drafts.delete_draft("d1")
    assert drafts.get_draft("d1", "a1") is None
    assert list(drafts.parts.find()) == []
