"""One human whom two branches named, through the running platform: found, merged and
undone; a name that is corrected; a member who moves."""

from typing import Any

import pytest
import urllib3
from biyong.door import Door, Refused

from tests.platform.running import Platform, until
from tests.platform.test_identities import accepted, decided, row

PEOPLE = "/api/enrollment/people"
Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def west(platform: Platform) -> Door:
    """An officer of a branch beside that of the other record."""
    staff = platform.door("jiaowu")
    branch = {"id": "haidian", "name": "海淀区总工会", "parent": "beijing"}
    staff.call("POST", "/api/enrollment/branches", dict[str, Any], branch)
    member = {
        "login": "haidian-o", "name": "海淀经办人", "email": "ho@biyong.example",
        "role": "officer", "branch_id": "haidian",
    }  # fmt: skip
    staff.call("POST", "/api/invitations", dict[str, Any], member)
    return accepted(platform, "ho@biyong.example")


def find(door: Door, words: str, branch: str = "") -> Rows:
    body = {"words": words} | ({"branch": branch} if branch else {})
    page = door.call("POST", f"{PEOPLE}/search", dict[str, Any], body)
    found: Rows = page["items"]
    return found


def enrolled(trainee: Door) -> set[str]:
    """The classes in which a trainee stands."""
    found = trainee.call("GET", "/api/enrollment/enrolments", Rows)
    return {one["class_id"] for one in found if one["state"] != "withdrawn"}


def enrolments_of(door: Door, person_id: str) -> list[dict[str, Any]]:
    """What somebody sees of the enrolments of a human."""
    return door.call("GET", f"{PEOPLE}/{person_id}/enrolments", list[dict[str, Any]])


def audited(operator: Door, subject: str, page_words: str) -> list[str]:
    """What the audit log tells of somebody, oldest first; the page says it in words."""
    path = f"/api/enrollment/events/audit-log?subject={subject}"
    entries = operator.call("GET", path, Rows)
    headers = {"Cookie": f"biyong_session={operator.token}", "Accept": "text/html"}
    address = f"{operator.url}/audit?subject={subject}"
    page = urllib3.request("GET", address, headers=headers).data.decode()
    assert page_words in page
    return [entry["action"] for entry in reversed(entries)]


def test_one_human_of_two_branches(
    platform: Platform, west: Door, operator: Door
) -> None:
    east, staff = platform.door("dongcheng"), platform.door("jiaowu")
    classes, phone = platform.demo["classes"], "13577700001"
    one = row(phone, "E-77", classes["open"], name="司马光明", email="sm1@b.example")
    other = row(phone, "W-77", classes["full"], name="司马光明", email="sm2@b.example")
    decided(east, "dongcheng", one)
    decided(west, "haidian", other)
    first, second = (
        accepted(platform, one["email"]),
        accepted(platform, other["email"]),
    )
    [mine] = until(lambda: find(east, "光明"), 30)
    [theirs] = until(lambda: find(west, "司马"), 30)
    assert until(lambda: len(find(staff, "光明")) == 2, 30)
    assert find(east, "W-77", "haidian") == []
    keep, lose = mine["person_id"], theirs["person_id"]

    doubles = staff.call("GET", f"{PEOPLE}/doubles", dict[str, Any])["items"]
    [double] = [d for d in doubles if d["id"] == ".".join(sorted((keep, lose)))]
    assert double["why"] == "phone-and-name"
    body = {"person_id": lose}
    staff.call("POST", f"{PEOPLE}/{keep}/merges", dict[str, Any], body)
    both = set(classes.values())
    assert until(lambda: enrolled(second) == both, 30)
    assert enrolled(first) == both
    assert {one["class_id"] for one in enrolments_of(staff, keep)} == both
    assert [one["branch_id"] for one in enrolments_of(east, keep)] == ["dongcheng"]
    session = second.call("GET", "/api/session", dict[str, Any])
    assert session["person_id"] == keep

    staff.call("DELETE", f"{PEOPLE}/{keep}/merges/{lose}", dict[str, Any])
    assert until(lambda: enrolled(second) == {classes["full"]}, 30)
    assert enrolled(first) == {classes["open"]}
    told = audited(operator, lose, "撤销了合并")
    assert told == ["person-merged", "person-unmerged"]


def test_a_name_is_corrected_by_version_and_the_account_is_called_so(
    platform: Platform,
) -> None:
    officer, staff = platform.door("dongcheng"), platform.door("jiaowu")
    named = row(
        "13577700002", "E-78", platform.demo["classes"]["open"],
        name="尉迟 恭", email="yc@b.example",
    )  # fmt: skip
    decided(officer, "dongcheng", named)
    trainee = accepted(platform, "yc@b.example")
    [person] = until(lambda: find(officer, "尉迟"), 30)
    path = f"{PEOPLE}/{person['person_id']}"
    seen = officer.call("GET", path, dict[str, Any])["version"]
    with pytest.raises(Refused) as refused:
        officer.call("PATCH", path, dict[str, Any], {"name": "尉迟功"})
    assert refused.value.slug == "not-your-person"
    match = f'"{seen}"'
    corrected = {"name": "尉迟功"}
    staff.call("PATCH", path, dict[str, Any], corrected, match=match)
    with pytest.raises(Refused) as refused:
        staff.call("PATCH", path, dict[str, Any], {"name": "尉迟公"}, match=match)
    assert refused.value.slug == "edit-conflict"

    def is_renamed() -> bool:
        session = trainee.call("GET", "/api/session", dict[str, Any])
        return bool(session["name"] == "尉迟功")

    assert until(is_renamed, 30)
    assert until(lambda: find(officer, "迟功"), 30)
    assert find(officer, "恭") == []


def test_who_moves_is_seen_by_the_other_branch_from_that_day_on(
    platform: Platform, west: Door, operator: Door
) -> None:
    east, staff = platform.door("dongcheng"), platform.door("jiaowu")
    named = row("13577700003", "E-79", platform.demo["classes"]["open"], name="上官云")
    decided(east, "dongcheng", named)
    [person] = until(lambda: find(east, "上官"), 30)
    path = f"{PEOPLE}/{person['person_id']}"
    moving = {
        "day": person["memberships"][0]["since"][:10],
        "leaves": "dongcheng",
        "joins": "haidian",
        "member_no": "W-79",
    }
    with pytest.raises(Refused) as refused:
        east.call("POST", f"{path}/transfers", dict[str, Any], moving)
    assert refused.value.slug == "unknown-branch"
    staff.call("POST", f"{path}/transfers", dict[str, Any], moving)
    [moved] = west.call("GET", path, dict[str, Any])["memberships"]
    assert (moved["branch_id"], moved["member_no"]) == ("haidian", "W-79")
    with pytest.raises(Refused) as refused:
        east.call("GET", path, dict[str, Any])
    assert refused.value.slug == "unknown-person"
    assert find(east, "上官") == []
    assert until(lambda: find(west, "上官"), 30)
    assert audited(operator, person["person_id"], "转了单位") == ["membership-moved"]
