"""What is not published is not public, and what is finished or revoked stays so."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import urllib3
from biyong.door import Door, Refused

from tests.platform import chain, rosters
from tests.platform.running import Platform, until

MAIN = "labour-relations"
ONSITE = {"lesson_id": "b", "title": "未审之讲", "kind": "onsite"}


def a_course(staff: Door, title: str, **more: Any) -> str:
    """A published course with one lesson on site."""
    lesson = {"lesson_id": "a", "title": "第一讲", "kind": "onsite"}
    body = {"title": title, "module": MAIN, "lessons": [lesson], **more}
    made = staff.call("POST", "/api/catalog/courses", dict[str, Any], body)
    staff.call("POST", f"/api/catalog/courses/{made['id']}/publication", dict)
    return str(made["id"])


def found(door: Door, query: str, **more: str) -> dict[str, Any]:
    asked = "&".join(f"{name}={quote(one)}" for name, one in more.items())
    path = f"/api/catalog/courses?q={quote(query)}&{asked}"
    return door.call("GET", path, dict[str, Any])


def page(platform: Platform, path: str) -> str:
    headers = {"Accept-Language": "zh", "Accept": "text/html"}
    got = urllib3.request("GET", platform.url + path, headers=headers)
    return got.data.decode()


def test_edits_are_public_only_when_they_are_published(platform: Platform) -> None:
    staff, anyone = platform.door("jiaowu"), Door(platform.url)
    id_ = a_course(staff, "公开课甲")
    edited = {
        "title": "密题乙", "module": MAIN, "lessons": [ONSITE],
        "summary": "未发布的摘要", "teacher": "欧阳锋",
    }  # fmt: skip
    staff.call("PUT", f"/api/catalog/courses/{id_}", dict, edited, match="*")
    trainee = platform.door(platform.trainee())
    for door in (anyone, trainee, platform.door("shi")):
        said = door.call("GET", f"/api/catalog/courses/{id_}", dict[str, Any])
        assert (said["title"], said["summary"]) == ("公开课甲", "")
        for secret in ("密题乙", "未发布的摘要", "欧阳锋", "未审之讲"):
            assert secret not in str(said)
            assert found(door, secret)["items"] == []
    shown = page(platform, f"/courses/{id_}")
    assert "公开课甲" in shown
    assert "密题乙" not in shown
    staff.call("POST", f"/api/catalog/courses/{id_}/publication", dict)
    assert [one["id"] for one in found(anyone, "欧阳锋")["items"]] == [id_]


def test_search_knows_every_width_and_pages_without_repeating(
    platform: Platform,
) -> None:
    staff, anyone = platform.door("jiaowu"), Door(platform.url)
    wide = a_course(staff, "ＡＩ与工会工作２０２６")
    for query in ("AI", "ai", "ＡＩ", "2026", "２０２６"):
        assert [one["id"] for one in found(anyone, query)["items"]] == [wide]
    titled = [a_course(staff, "消防演练") for _ in range(3)]
    others = [a_course(staff, f"别的{n}", summary="消防演练") for n in range(4)]
    ids, after = list[str](), ""
    while True:
        part = found(anyone, "消防演练", limit="3", after=after)
        ids += [one["id"] for one in part["items"]]
        if not (after := part["next"]):
            break
    assert ids == sorted(titled) + sorted(others)
    with pytest.raises(Refused) as refused:
        found(anyone, "消防演练", after=ids[0])
    assert (refused.value.status, refused.value.slug) == (422, "bad-cursor")


def test_no_class_opens_on_a_course_nobody_can_complete(platform: Platform) -> None:
    staff = platform.door("jiaowu")
    id_ = a_course(staff, "只有面授")
    with pytest.raises(Refused) as refused:
        rosters.open_class(staff, id_, 5, "面授班")
    assert refused.value.slug == "course-not-completable"
    assert "面授，暂不计学时" in page(platform, f"/courses/{id_}")


def test_quotas_are_shown_to_staff_and_the_line_of_branches(
    platform: Platform,
) -> None:
    path = f"/api/catalog/classes/{platform.demo['classes']['full']}"
    quota = [{"branch_id": "jianguomen", "seats": 10}]
    for login in ("jiaowu", "shi", "dongcheng", "jianguomen"):
        said = platform.door(login).call("GET", path, dict[str, Any])
        assert said["quotas"] == quota, login
    for door in (Door(platform.url), platform.door(platform.trainee())):
        assert "quotas" not in door.call("GET", path, dict[str, Any])


def test_nobody_leaves_with_the_certificate_and_a_revoked_one_says_so(
    platform: Platform, tmp_path: Path
) -> None:
    course = chain.publish_course(platform, tmp_path)
    officer = platform.door("shi")
    [row] = rosters.rows(1, course.class_id)
    rosters.put(officer, "finish.1", [{**row, "email": "finish@biyong.example"}])
    until(lambda: rosters.receipt(officer, "finish.1"), 30)
    trainee = chain.take_up_invitation(platform, "finish@biyong.example")
    ticket = chain.grant(trainee, course.lecture_id)
    assert chain.watch_to_the_end(trainee, ticket)["watch"]["completed"]
    number = chain.certificate(trainee)["number"]
    [enrolment] = trainee.call("GET", "/api/enrollment/enrolments", list[Any])
    for door in (trainee, officer, platform.door("jiaowu")):
        with pytest.raises(Refused) as refused:
            door.call("DELETE", f"/api/enrollment/enrolments/{enrolment['id']}", dict)
        assert (refused.value.status, refused.value.slug) == (409, "finished")
    [same] = trainee.call("GET", "/api/enrollment/enrolments", list[Any])
    assert same["state"] == "seated"

    written = number.lower().replace("-", "")
    assert "真实有效" in page(platform, f"/verify?number={written}")
    for _ in range(2):
        done = revoke(platform, written)
        assert (done.returncode, done.stderr) == (0, "")
        assert number in done.stdout
    shown = page(platform, f"/verify/{number}")
    assert "已撤销" in shown
    assert "误发" in shown
    path = f"/api/learning/certificates/{number}/revocation"
    with pytest.raises(Refused) as refused:
        officer.call("POST", path, dict, {"reason": "x"})
    assert refused.value.status == 403


def revoke(platform: Platform, number: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "biyong", "certificate", "revoke", number,
         "--why", "误发"],
        env={**os.environ, "BIYONG_HOME": str(platform.home)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )  # fmt: skip
