"""Whose account it is, and what one branch hears of another's people: nothing."""

import itertools
from email import message_from_bytes, policy
from typing import Any

import pytest
from biyong.door import Door, Refused

from tests.platform import rosters
from tests.platform.running import Platform, agree, until

PASSWORD = "ein-langes-geheimnis"
numbers = itertools.count(1)


def letters(platform: Platform, address: str) -> list[str]:
    """The links of the invitations to an address, oldest first."""
    links = []
    for path in sorted(
        (platform.home / "mails").glob("*.eml"), key=lambda p: p.stat().st_mtime
    ):
        mail = message_from_bytes(path.read_bytes(), policy=policy.default)
        body = mail.get_body()
        text = body.get_content() if body else ""
        if mail["To"] == address and "/invitations/" in text:
            links.append(text.split("/invitations/")[1].split()[0])
    return links


def accepted(platform: Platform, address: str) -> Door:
    """A session by the letter to this address."""
    link = until(lambda: letters(platform, address), 30)[-1]
    door = Door(platform.url)
    door.accept(link, PASSWORD)
    agree(door)
    return door


@pytest.fixture(scope="module")
def xicheng(platform: Platform) -> Door:
    """An officer of a sibling branch."""
    staff = platform.door("jiaowu")
    branch = {"id": "xicheng", "name": "西城区总工会", "parent": "beijing"}
    staff.call("POST", "/api/enrollment/branches", dict[str, Any], branch)
    member = {
        "login": "xicheng-o", "name": "西城经办人", "email": "xo@biyong.example",
        "role": "officer", "branch_id": "xicheng",
    }  # fmt: skip
    staff.call("POST", "/api/invitations", dict[str, Any], member)
    return accepted(platform, "xo@biyong.example")


def decided(
    door: Door, branch: str, *rows: dict[str, Any], dry_run: bool = False
) -> list[dict[str, Any]]:
    """The outcomes of a chunk of these rows."""
    key = f"identity{next(numbers)}.1"
    numbered = [{"row": at, **row} for at, row in enumerate(rows, 2)]
    rosters.put(door, key, numbered, branch, dry_run=dry_run)
    outcomes: list[dict[str, Any]] = until(
        lambda: rosters.receipt(door, key, branch), 60
    )
    return outcomes


def row(phone: str, number: str, class_id: str, **more: str) -> dict[str, Any]:
    base = {"name": "目标甲", "member_no": number, "phone": phone, "class_id": class_id}
    return base | more


def test_whoever_enrols_a_phone_first_does_not_own_its_owner(
    platform: Platform, xicheng: Door
) -> None:
    dongcheng, classes = platform.door("dongcheng"), platform.demo["classes"]
    phone = "13588800001"
    squat = row(phone, "x1", classes["open"], email="me@b.example")
    assert decided(xicheng, "xicheng", squat)[0]["outcome"] == "enrolled"
    squatter = accepted(platform, "me@b.example")
    real = row(phone, "d1", classes["full"], email="real@b.example")
    assert decided(dongcheng, "dongcheng", real)[0]["outcome"] == "waitlisted"
    owner = accepted(platform, "real@b.example")
    path = "/api/enrollment/enrolments"
    for door, branch in ((squatter, "xicheng"), (owner, "dongcheng")):
        seen = door.call("GET", path, list[dict[str, Any]])
        assert {one["branch_id"] for one in seen} == {branch}


def test_a_trial_tells_nothing_of_people_of_other_branches(
    platform: Platform, xicheng: Door
) -> None:
    open_class = platform.demo["classes"]["open"]
    one, other = [p for p in platform.demo["logins"] if p["role"] == "trainee"][:2]
    probes = [
        row(one["login"], "q1", open_class, name=one["name"]),
        row(other["login"], "q2", open_class, name="别人"),
    ]
    unknown = row("13899900001", "q9", open_class)
    for dry_run in (True, False):
        outcomes = decided(xicheng, "xicheng", *probes, unknown, dry_run=dry_run)
        assert {(one["outcome"], one.get("reason", "")) for one in outcomes} == {
            ("enrolled", "")
        }


def test_an_address_that_comes_later_gets_the_letter_and_an_id_number_the_same_person(
    platform: Platform,
) -> None:
    officer, classes = platform.door("dongcheng"), platform.demo["classes"]
    first = row("13700000302", "M-0002", classes["open"], name="郑二")
    decided(officer, "dongcheng", first)
    later = first | {
        "email": "zhenger@biyong.example",
        "id_number": "110101199003078515",
    }
    (outcome,) = decided(officer, "dongcheng", later)
    assert (outcome["outcome"], outcome["notes"]) == (
        "already-enrolled", ["person-updated"],
    )  # fmt: skip
    trainee = accepted(platform, "zhenger@biyong.example")
    other = later | {"member_no": "M-0002b", "class_id": classes["full"]}
    decided(officer, "dongcheng", other)
    path = "/api/enrollment/enrolments"
    seen = trainee.call("GET", path, list[dict[str, Any]])
    assert {one["class_id"] for one in seen} == set(classes.values())


def test_an_officer_corrects_and_invites_again_only_the_own_people(
    platform: Platform, xicheng: Door
) -> None:
    officer = platform.door("dongcheng")
    open_class = platform.demo["classes"]["open"]
    decided(officer, "dongcheng", row("13700000402", "C-1", open_class, name="吴三"))
    with platform.store() as store:
        member = store.enrollment.memberships.find_one({"_id": "dongcheng:C-1"})
        assert member is not None
        path = f"/api/enrollment/people/{member['person_id']}"
    with pytest.raises(Refused) as refused:
        xicheng.call("PATCH", path, dict[str, Any], {"phone": "13700000499"})
    assert refused.value.slug == "unknown-person"
    invite = f"/api/people/{member['person_id']}/invitation"
    with pytest.raises(Refused) as refused:
        officer.call("POST", invite, dict[str, Any])
    assert refused.value.slug == "invited-just-now"  # by short message
    officer.call("PATCH", path, dict[str, Any], {"email": "wusan＠biyong.example"})
    assert accepted(platform, "wusan@biyong.example").token
    changes = officer.call("GET", f"{path}/changes", list[dict[str, Any]])
    assert [change["fields"] for change in changes] == [["email"]]
