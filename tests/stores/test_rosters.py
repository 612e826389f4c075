"""Rosters and digests follow their chunks, and are read by pages, on every engine."""

from dataclasses import dataclass, replace

import pytest
from chassis.http.auth import Scope
from chassis.storage.aggregates import mapping_of
from enrollment.domain.chunk_digest import RowFilter
from enrollment.domain.errors import BadCursor
from enrollment.domain.people import branch_below, root_branch
from enrollment.domain.repairs import claim_repairs
from enrollment.domain.roster import Chunk, Outcome, Row
from enrollment.domain.sent_roster import Roster
from enrollment.events.to_events import to_event
from enrollment.store import documents
from enrollment.store.chunks import ROWS_KEPT_SECONDS, StoredChunks, chunk_form
from enrollment.store.digests import StoredDigests
from enrollment.store.followed_chunks import FollowedChunks
from enrollment.store.id_numbers import IdNumbers
from enrollment.store.rosters import StoredRosters
from enrollment.usecases.follow_chunks import FollowChunks
from enrollment.usecases.read_rosters import Page, find_rosters, find_rows
from enrollment.usecases.roster_ports import PlacedRow

from tests.engines import Kept
from tests.stores.rows import let_lapse, said
from tests.unit.enrollment.fakes import FakeBranches

CITY = root_branch("city", "市总")
EAST = branch_below(CITY, "east", "东城")
WEST = branch_below(CITY, "west", "西城")
TREE, ALL = FakeBranches([CITY, EAST, WEST]), Scope.all()
EVERY = RowFilter()
NAMES = ("王小明", "李雷", "阿卜杜拉·买买提", "欧阳 娜", "Ann Lee")


@dataclass
class Shelves:
    """Chunks, and what follows them."""

    chunks: StoredChunks
    followed: FollowedChunks
    digests: StoredDigests
    rosters: StoredRosters
    follow: FollowChunks

    def send(
        self, key: str, *rows: Row, branch: str = "east", roster: str = "r1",
        received: float = 10.0, dry_run: bool = False, repairs: tuple[int, ...] = (),
    ) -> str:  # fmt: skip
        chunk = Chunk(
            branch, roster, key, dry_run, rows, "print", received,
            name="十一月.csv", sent_by="acc1", repairs=repairs,
        )  # fmt: skip
        self.chunks.create(chunk)
        return chunk.id

    def decide(self, id_: str, *outcomes: Outcome) -> None:
        self.chunks.decide(id_, outcomes)

    def follow_all(self) -> None:
        while self.follow():
            pass

    def rows_of(
        self, wanted: RowFilter = EVERY, cursor: str = "", limit: int = 100,
        key: str = "",
    ) -> Page[PlacedRow]:  # fmt: skip
        return find_rows(self.digests, "east/r1", wanted, key, cursor, limit)

    def numbers(self, **wanted: object) -> list[int]:
        page = self.rows_of(RowFilter(**wanted))  # type: ignore[arg-type]
        return [shown.row.number for shown in page.items]


@pytest.fixture
def shelves(kept: Kept) -> Shelves:
    chunks = kept.aggregates(
        "enrollment", documents.ChunkDocument, chunk_form(IdNumbers(b"s")), to_event
    )
    rosters = StoredRosters(
        kept.aggregates(
            "enrollment", documents.RosterDocument, mapping_of(Roster), to_event
        ),
        chunks.collection.database,
    )
    digests = StoredDigests(chunks.collection.database)
    for own in (digests, rosters):
        own.declare_indexes()
    followed = FollowedChunks(chunks)
    follow = FollowChunks(followed, digests, rosters, TREE)
    return Shelves(StoredChunks(chunks), followed, digests, rosters, follow)


def row(number: int, **changed: str) -> Row:
    fields = {
        "name": NAMES[number % len(NAMES)],
        "member_no": f"M-{number:03d}",
        "phone": f"138 0000 {number:04d}",
        "class_id": "c1",
    }
    return Row(number, **(fields | changed))


def enrolled(*numbers: int) -> list[Outcome]:
    return [Outcome(n, "enrolled", enrolment_id=f"c1.p{n}.1") for n in numbers]


def rejected(*numbers: int) -> list[Outcome]:
    return [
        Outcome(n, "rejected", "duplicate-row", arguments={"other": 1}) for n in numbers
    ]


def test_a_roster_has_the_counts_of_its_chunks(shelves: Shelves) -> None:
    first = shelves.send("k1", row(1), row(2), row(3))
    shelves.send("k2", row(4), received=11.0)
    shelves.follow_all()
    roster, _ = shelves.rosters.get("east", "r1") or pytest.fail("no roster")
    assert (roster.rows, roster.chunks, roster.state) == (4, 2, "arriving")
    assert (roster.name, roster.sent_by) == ("十一月.csv", "acc1")
    assert (roster.line, roster.received) == (("city", "east"), 10.0)
    shelves.decide(first, *enrolled(1, 2), *rejected(3))
    shelves.follow_all()
    roster, _ = shelves.rosters.get("east", "r1") or pytest.fail("no roster")
    assert roster.counts == {"enrolled": 2, "rejected": 1}
    assert (roster.needing, roster.undecided, roster.state) == (1, 1, "deciding")


def test_what_is_followed_is_not_due_and_what_changed_is_again(
    shelves: Shelves,
) -> None:
    id_ = shelves.send("k1", row(1))
    assert shelves.followed.find_due_rosters(20) == [("east", "r1")]
    due = shelves.followed.find_due("east", "r1", 20)
    shelves.decide(id_, *enrolled(1))
    shelves.followed.clear_due(due)
    assert shelves.followed.find_due_rosters(20) == [("east", "r1")]
    shelves.follow_all()
    assert shelves.followed.find_due_rosters(20) == []


def test_chunks_kept_before_there_were_digests_get_theirs(shelves: Shelves) -> None:
    id_ = shelves.send("k1", row(1))
    collection = shelves.chunks.rows.collection
    collection.update_one({"_id": id_}, {"$unset": {"digest_due": "", "round": ""}})
    shelves.follow_all()
    assert shelves.rosters.get("east", "r1") is None
    shelves.followed.note_old(5.0)
    shelves.follow_all()
    assert shelves.rosters.get("east", "r1") is not None
    assert [place.round for place in shelves.followed.find_places("east", "r1")] == [0]


def test_rows_come_in_their_order_by_pages_that_repeat_and_skip_nothing(
    shelves: Shelves,
) -> None:
    shelves.send("k2", *(row(n) for n in range(8, 13)), received=11.0)
    shelves.send("k1", *(row(n) for n in range(1, 8)), received=10.0)
    shelves.follow_all()
    seen, cursor = list[int](), ""
    while True:
        page = shelves.rows_of(cursor=cursor, limit=5)
        seen += [shown.row.number for shown in page.items]
        cursor = page.next
        if not cursor:
            break
        shelves.send(f"late{cursor[-3:]}", row(99), received=5.0)
        shelves.follow_all()
    assert seen == list(range(1, 13))


def test_a_row_shows_what_was_written_and_its_outcome_without_a_sentence(
    shelves: Shelves,
) -> None:
    id_ = shelves.send("k1", row(1, id_number="11010519491231002X"), row(2))
    shelves.decide(id_, *enrolled(1), *rejected(2))
    shelves.follow_all()
    first, second = (shown.row for shown in shelves.rows_of().items)
    assert (first.name, first.phone) == ("李雷", "138 0000 0001")
    assert (first.has_id_number, second.has_id_number) == (True, False)
    assert first.enrolment_id == "c1.p1.1"
    assert (second.reason, second.arguments) == ("duplicate-row", {"other": 1})
    stored = shelves.digests.rows.find_one({"_id": id_})
    assert "11010519491231002X" not in str(stored)


def test_rows_are_filtered_by_outcome_need_and_chunk(shelves: Shelves) -> None:
    first = shelves.send("k1", row(1), row(2), row(3))
    second = shelves.send("k2", row(4), row(5), received=11.0)
    noted = replace(enrolled(5)[0], notes=("email-invalid",))
    shelves.decide(first, *enrolled(1, 2), *rejected(3))
    shelves.decide(second, *enrolled(4), noted)
    shelves.follow_all()
    assert shelves.numbers(outcome="rejected") == [3]
    assert shelves.numbers(outcome="waitlisted") == []
    assert shelves.numbers(needing=True) == [3, 5]
    page = shelves.rows_of(key="k2")
    assert [shown.row.number for shown in page.items] == [4, 5]


@pytest.mark.parametrize(
    ("search", "numbers"),
    [
        ("王", [5, 10]),
        ("小明", [5, 10]),
        ("阿卜杜拉•买", [2, 7]),
        ("欧阳娜", [3, 8]),
        ("ann lee", [4, 9]),
        ("M-007", [7]),
        ("ｍ００７", [7]),
        ("13800000003", [3]),
        ("138-0000-0003", [3]),
        ("0010", [10]),
        ("nobody", []),
    ],
)
def test_a_row_is_found_by_name_member_number_or_phone(
    shelves: Shelves, search: str, numbers: list[int]
) -> None:
    shelves.send("k1", *(row(n) for n in range(1, 11)))
    shelves.follow_all()
    assert shelves.numbers(search=search) == numbers


def test_a_cursor_that_was_not_given_out_is_refused(shelves: Shelves) -> None:
    for cursor in ("x", "é", "bnVsbA", "WzFd", "WyJhIiwgImIiXQ"):
        with pytest.raises(BadCursor):
            shelves.rows_of(cursor=cursor)
        with pytest.raises(BadCursor):
            find_rosters(TREE, shelves.rosters, ALL, None, cursor, 5)


def test_rosters_are_listed_by_branch_the_newest_first_page_by_page(
    shelves: Shelves,
) -> None:
    for at in range(7):
        branch = "east" if at % 2 else "west"
        shelves.send(
            f"k{at}", row(1), branch=branch, roster=f"r{at}", received=10.0 + at,
            dry_run=at == 3,
        )  # fmt: skip
    shelves.follow_all()

    def listed(branch: str | None, dry_run: bool | None = None) -> list[str]:
        names, cursor = list[str](), ""
        while True:
            scope = Scope.below(branch) if branch else ALL
            page = find_rosters(TREE, shelves.rosters, scope, dry_run, cursor, 2)
            names += [roster.roster_id for roster in page.items]
            cursor = page.next
            if not cursor:
                return names

    assert listed(None) == ["r6", "r5", "r4", "r3", "r2", "r1", "r0"]
    assert listed("city") == listed(None)
    assert listed("east") == ["r5", "r3", "r1"]
    assert listed("east", True) == ["r3"]
    assert listed("city", False) == ["r6", "r5", "r4", "r2", "r1", "r0"]
    assert listed("nowhere") == []


def test_only_what_changed_since_is_told(shelves: Shelves) -> None:
    first = shelves.send("k1", row(1), row(2))
    shelves.send("k2", row(3), received=11.0)
    shelves.follow_all()
    _, since = shelves.rosters.get("east", "r1") or pytest.fail("no roster")
    assert shelves.digests.find_changed("east/r1", since) == []
    shelves.decide(first, *enrolled(1, 2))
    shelves.follow_all()
    [changed] = shelves.digests.find_changed("east/r1", since)
    assert (changed.key, changed.is_decided, changed.rows) == ("k1", True, 2)


def test_a_digest_of_an_older_chunk_changes_nothing(shelves: Shelves) -> None:
    id_ = shelves.send("k1", row(1))
    shelves.follow_all()
    before = shelves.followed.find_due("east", "r1", 20)
    assert before == []
    shelves.decide(id_, *enrolled(1))
    shelves.follow_all()
    collection = shelves.digests.rows
    newest = collection.find_one({"_id": id_})
    assert newest is not None
    collection.update_one({"_id": id_}, {"$set": {"version": 99}})
    shelves.chunks.reissue_receipt(id_)
    shelves.follow_all()
    again = collection.find_one({"_id": id_})
    assert again is not None
    assert (again["version"], again["stamp"]) == (99, newest["stamp"])


def test_a_repaired_row_is_shown_where_it_was(shelves: Shelves) -> None:
    id_ = shelves.send("k1", row(1), row(2))
    shelves.decide(id_, *enrolled(1), *rejected(2))
    fix = shelves.send("fix", row(2, name="李四"), received=12.0, repairs=(2,))
    shelves.follow_all()
    [(holder, numbers)] = shelves.digests.find_holders("east/r1", [2, 7])
    assert (holder, numbers) == (id_, [2])
    shelves.followed.change(id_, lambda chunk: claim_repairs(chunk, "fix", [2])[0])
    shelves.decide(fix, *enrolled(2))
    shelves.follow_all()
    one, two = (shown.row for shown in shelves.rows_of().items)
    assert (two.name, two.outcome, two.repaired_by) == ("李四", "enrolled", "fix")
    assert [past.reason for past in two.past] == ["duplicate-row"]
    roster, _ = shelves.rosters.get("east", "r1") or pytest.fail("no roster")
    assert (roster.rows, roster.counts) == (2, {"enrolled": 2})
    assert one.repaired_by == ""


def test_when_rows_are_forgotten_their_outcomes_stay_and_nobody_is_found(
    shelves: Shelves,
) -> None:
    id_ = shelves.send("k1", row(1), row(2))
    shelves.decide(id_, *enrolled(1), *rejected(2))
    shelves.follow_all()
    found = shelves.chunks.rows.collection.find_one({"_id": id_})
    assert found is not None
    assert shelves.chunks.clear_old_rows(found["rows_until"] + ROWS_KEPT_SECONDS) == 1
    shelves.follow_all()
    rows = [shown.row for shown in shelves.rows_of().items]
    assert [(r.number, r.name, r.outcome) for r in rows] == [
        (1, "", "enrolled"), (2, "", "rejected"),
    ]  # fmt: skip
    assert shelves.numbers(search="李雷") == []
    assert "李雷" not in str(shelves.digests.rows.find_one({"_id": id_}))


def test_a_chunk_follows_its_roster_once_with_a_receipt(shelves: Shelves) -> None:
    id_ = shelves.send("k1", row(1))
    shelves.decide(id_, *enrolled(1))
    back = [Outcome(1, "taken-back", "taken-back", enrolment_id="c1.p1.1")]
    for _ in range(2):
        shelves.followed.move_chunk(id_, 1, back)
    assert said(shelves.chunks.rows, id_) == ["east/k1.2.0", "east/k1.3.0"]
    chunk = shelves.followed.get(id_)
    assert (chunk.round, list(chunk.outcomes)) == (1, back)


def test_a_roster_that_turned_is_claimed_by_one_worker_until_it_is_done(
    shelves: Shelves,
) -> None:
    shelves.send("k1", row(1))
    shelves.follow_all()
    assert shelves.rosters.claim() is None
    shelves.rosters.change("east", "r1", lambda roster: roster.take_back("acc1", 50.0))
    roster = shelves.rosters.claim()
    assert roster is not None
    assert (roster.id, roster.round, roster.turned_by) == ("east/r1", 1, "acc1")
    assert shelves.rosters.claim() is None
    shelves.rosters.renew(roster)
    shelves.rosters.put_off(roster, -1.0)
    assert shelves.rosters.claim() is not None
    let_lapse(shelves.rosters.rows, "east/r1")
    assert shelves.rosters.claim() is not None
    shelves.rosters.change("east", "r1", Roster.finish_round)
    shelves.rosters.put_off(roster, -1.0)
    assert shelves.rosters.claim() is None


def test_who_counts_a_chunk_meanwhile_changes_nothing_of_when_a_roster_is_due(
    shelves: Shelves,
) -> None:
    shelves.send("k1", row(1))
    shelves.follow_all()
    shelves.rosters.change("east", "r1", lambda roster: roster.take_back("acc1", 50.0))
    moving = shelves.rosters.claim()
    assert moving is not None
    put_off = []

    def count(roster: Roster) -> Roster:
        if not put_off:
            put_off.append(shelves.rosters.put_off(moving, -1.0))
        return replace(roster, needing=roster.needing + 1)

    shelves.rosters.change("east", "r1", count)
    again = shelves.rosters.claim()
    assert again is not None
    assert again.needing == moving.needing + 1


def test_a_chunk_that_nobody_has_begun_to_decide_is_leased_once(
    shelves: Shelves,
) -> None:
    first, second = shelves.send("k1", row(1)), shelves.send("k2", row(2))
    claimed = shelves.chunks.claim()
    assert claimed is not None
    assert claimed.id == first
    assert not shelves.followed.claim_unbegun(first)
    assert shelves.followed.claim_unbegun(second)
    assert not shelves.followed.claim_unbegun(second)
    assert shelves.chunks.claim() is None
    shelves.followed.close(second, rejected(2))
    assert shelves.followed.get(second).state == "decided"
    assert said(shelves.chunks.rows, second) == ["east/k2.2.0"]


def test_a_chunk_that_comes_to_a_roster_taken_back_has_that_go_on(
    shelves: Shelves,
) -> None:
    shelves.decide(shelves.send("k1", row(1)), *enrolled(1))
    shelves.follow_all()
    shelves.rosters.change("east", "r1", lambda roster: roster.take_back("acc1", 50.0))
    shelves.followed.move_chunk("east/k1", 1, enrolled(1))
    shelves.rosters.change("east", "r1", Roster.finish_round)
    shelves.follow_all()
    assert shelves.rosters.claim() is None
    shelves.send("late", row(2), received=60.0)
    shelves.follow_all()
    assert shelves.rosters.claim() is not None


def test_a_roster_is_found_by_its_whole_name_or_id_of_any_branch_the_newest_first(
    shelves: Shelves,
) -> None:
    shelves.send("k1", row(1))
    shelves.send("k2", row(1), branch="west", roster="r2", received=20.0)
    shelves.follow_all()
    named = shelves.rosters.find_named

    def ids(name: str, limit: int = 9) -> list[str]:
        return [roster.id for roster in named(name, limit)]

    assert ids("十一月.csv") == ["west/r2", "east/r1"]
    assert ids("十一月.csv", 1) == ["west/r2"]
    assert ids("r1") == ["east/r1"]
    assert ids("十一月") == ids("") == []
