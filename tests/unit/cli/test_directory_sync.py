"""A synchronisation ends right wherever it breaks off, and touches nobody else."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

import pytest
from biyong.directory.carrying_out import Done, carry_out
from biyong.directory.content import Content, DirectoryBranch, DirectoryPerson
from biyong.directory.plan import Asked, Plan, make_plan
from biyong.directory.platform import Mark, Member, Platform
from biyong.directory.report import to_json, to_lines
from biyong.door import Away
from biyong.faults import Fault
from enrollment.domain.people import branch_below, root_branch
from enrollment.domain.roster import Row
from enrollment.usecases.register_people import RegisterPeople

from tests.doubles.audit import MemoryAudit
from tests.unit.enrollment.fakes import FakeBranches, FakePeople, Steps
from tests.unit.enrollment.world import NOW

CITY = DirectoryBranch("city", "市总", "")
EAST = DirectoryBranch("east", "东城", "city")


def a_person(number: int, branch: str = "east", **more: str) -> DirectoryPerson:
    person = DirectoryPerson(
        dn=f"cn={number}",
        branch_id=branch,
        member_no=f"N{number}",
        name="张三",
        phone=f"138{number:08d}",
        id_number="",
        email="",
        entry=f"E{number}",
    )
    return replace(person, **more)


def a_directory(*people: DirectoryPerson) -> Content:
    return Content((CITY, EAST), people, ())


@dataclass
class FakePlatform:
    """A platform in memory, with enrollment's own rules; it goes away before a write
    once `writes_left` are done."""

    branches: FakeBranches = field(default_factory=FakeBranches)
    people: FakePeople = field(default_factory=lambda: FakePeople(Steps()))
    marks: dict[str, str] = field(default_factory=dict)
    disabled: set[str] = field(default_factory=set)
    writes_left: int = 10**9
    writes: int = 0

    def _count_write(self) -> None:
        if not self.writes_left:
            raise Away("the platform is away")
        self.writes_left -= 1
        self.writes += 1

    def find_branches(self) -> dict[str, DirectoryBranch]:
        return {
            branch.id: DirectoryBranch(branch.id, branch.name, branch.parent)
            for branch in self.branches.rows.values()
        }

    def find_members(self, branch: str) -> Iterator[Member]:
        for m in self.people.memberships.values():
            if self.branches.rows[m.branch_id].is_within(branch):
                yield Member(m.id, m.person_id, m.branch_id)

    def create_branch(self, branch: DirectoryBranch) -> None:
        self._count_write()
        above = self.branches.rows.get(branch.parent)
        new = root_branch(branch.id, branch.name)
        self.branches.create(
            branch_below(above, branch.id, branch.name) if above else new
        )

    def rename_branch(self, id_: str, name: str) -> None:
        self._count_write()
        self.branches.rows[id_] = replace(self.branches.rows[id_], name=name)

    def move_branch(self, id_: str, parent: str) -> None:
        self._count_write()
        line = (*(self.branches.rows[parent].line if parent else ()), id_)
        self.branches.rows[id_] = replace(self.branches.rows[id_], line=line)

    def register_people(
        self, sender: str, people: Sequence[DirectoryPerson], *, dry_run: bool
    ) -> list[dict[str, Any]]:
        if not dry_run:
            self._count_write()
        use_case = RegisterPeople(
            self.branches, self.people, b"secret", lambda: NOW, MemoryAudit()
        )
        rows = [
            Row(n, p.name, p.member_no, p.phone, "", p.id_number, p.email, p.branch_id)
            for n, p in enumerate(people, 1)
        ]
        outcomes = use_case(sender, rows, "sync", "operator", dry_run=dry_run)
        return [vars(outcome) for outcome in outcomes]

    def find_marks(self, person_ids: Iterable[str]) -> dict[str, Mark]:
        return {
            id_: Mark(
                self.marks.get(id_, ""),
                id_,
                "disabled" if id_ in self.disabled else "active",
            )
            for id_ in person_ids
            if id_ in self.marks or id_ in self.people.rows
        }

    def put_marks(self, entries: Mapping[str, str]) -> dict[str, str]:
        self._count_write()
        done = {
            id_: "unchanged" if self.marks.get(id_) == entry else "marked"
            for id_, entry in entries.items()
        }
        self.marks |= entries
        return done

    def disable_account(self, account: str) -> None:
        self._count_write()
        self.disabled.add(account)

    def shown(self) -> tuple[object, ...]:
        """All that is there."""
        people = {person for person, _ in self.people.rows.values()}
        branches = set(self.branches.rows.values())
        return branches, people, set(self.people.memberships), self.marks, self.disabled


def plan_for(platform: FakePlatform, content: Content) -> Plan:
    return make_plan(content, cast(Platform, platform))


def sync(
    platform: FakePlatform,
    content: Content,
    *,
    disabling: bool = False,
    moving: bool = False,
) -> tuple[Plan, Done]:
    plan = plan_for(platform, content)
    return plan, carry_out(
        plan, cast(Platform, platform), Asked(disabling, moving=moving)
    )


def changes(platform: FakePlatform, content: Content, *, disabling: bool) -> bool:
    return plan_for(platform, content).has_changes(Asked(disabling))


def test_what_is_new_is_brought_once() -> None:
    platform, content = FakePlatform(), a_directory(a_person(1), a_person(2, "city"))
    plan, done = sync(platform, content)
    assert [branch.id for branch in plan.new_branches] == ["city", "east"]
    assert [person.outcome for person in done.people] == ["registered"] * 2
    assert sorted(platform.marks.values()) == ["E1", "E2"]
    writes = platform.writes
    assert not changes(platform, content, disabling=True)
    sync(platform, content, disabling=True)
    assert platform.writes == writes


def test_wherever_it_breaks_off_the_next_run_ends_right() -> None:
    before = a_directory(a_person(1), a_person(2, "city"), a_person(9))
    after = a_directory(a_person(1, phone="13900000001"), a_person(3))
    whole = FakePlatform()
    sync(whole, before)
    sync(whole, after, disabling=True)
    for writes in range(whole.writes):
        platform = FakePlatform(writes_left=writes)
        for content, disabling in ((before, False), (after, True)):
            try:
                sync(platform, content, disabling=disabling)
            except Away:
                platform.writes_left = 10**9
                sync(platform, content, disabling=disabling)
        assert platform.shown() == whole.shown()
        assert not changes(platform, after, disabling=True)


def test_who_is_missing_is_disabled_only_if_asked_and_from_the_directory() -> None:
    platform = FakePlatform()
    sync(platform, a_directory(a_person(1), a_person(2), a_person(3, entry="")))
    left = a_directory(a_person(1))
    plan, done = sync(platform, left)
    assert len(plan.missing) == 2
    assert (done.disabled, platform.disabled) == ([], set())
    assert plan.missing_percent == 50
    _, done = sync(platform, left, disabling=True)
    assert [platform.marks[id_] for id_ in done.disabled] == ["E2"]
    assert plan_for(platform, left).missing_percent == 0


@pytest.mark.parametrize(
    "now",
    [
        a_person(2, "city"),  # moved to another branch
        a_person(2, member_no="N9"),  # another number
        a_person(2, phone="no phone"),  # a row that is not taken
        a_person(2, "city", member_no="N9", phone="no"),  # known by the entry alone
    ],
)
def test_nobody_is_missing_whom_anything_of_an_entry_names(
    now: DirectoryPerson,
) -> None:
    platform = FakePlatform()
    sync(platform, a_directory(a_person(1), a_person(2)))
    plan = plan_for(platform, a_directory(a_person(1), now))
    assert (plan.missing, plan.to_disable) == ([], [])


def test_branches_are_renamed_and_moved_only_if_asked() -> None:
    platform = FakePlatform()
    sync(platform, a_directory(a_person(1)))
    other = replace(EAST, name="东城区", parent="")
    content = Content((CITY, other), (a_person(1),), ())
    plan, done = sync(platform, content)
    assert (done.renamed, done.moved) == (["east"], [])
    assert plan.has_faults(Asked())
    plan, done = sync(platform, content, moving=True)
    assert (done.renamed, done.moved) == ([], ["east"])
    assert not plan.has_faults(Asked(moving=True))
    assert platform.find_branches()["east"] == other
    assert not plan_for(platform, content).has_changes(Asked(moving=True))


def test_branches_that_are_missing_are_only_reported() -> None:
    platform = FakePlatform()
    sync(platform, a_directory(a_person(1)))
    platform.branches.create(branch_below(root_branch("city", ""), "old", "旧"))
    plan, _ = sync(platform, a_directory(a_person(1)))
    assert plan.missing_branches == ["old"]
    assert "old" in platform.find_branches()


def test_a_branch_above_that_is_not_there_is_a_fault() -> None:
    content = Content((replace(EAST, parent="nowhere"),), (a_person(1),), ())
    with pytest.raises(Fault, match="nowhere"):
        plan_for(FakePlatform(), content)


def test_the_report_names_nobody_but_by_branch_and_number() -> None:
    platform = FakePlatform()
    first = a_directory(a_person(1), a_person(2), a_person(4))
    sync(platform, first)
    content = a_directory(a_person(1, phone="x"), a_person(2, phone="13900000002"))
    plan, done = sync(platform, content)
    report = str(to_json(plan, done, Asked()))
    lines = "\n".join(to_lines(plan, done, Asked()))
    for text in (report, lines):
        assert "phone-invalid" in text
        assert "N2" in text
        assert "east:N4" in text
        for secret in ("张三", "13900000002", "13800000001"):
            assert secret not in text
