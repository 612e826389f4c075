"""Teachers and their courses, each with short lectures that are made here."""

import base64
from collections.abc import Mapping
from typing import Any

from biyong.demo.fill import ANY, publish_course
from biyong.demo.lecture import SMALL_HEIGHT, make_lecture, write_captions
from biyong.demo.life.college import College
from biyong.door import path_to
from biyong.upload import upload_lecture

NICENESS = 5
"""Whoever uses the site goes first."""
COLLEGE_NAME = "北京市工会干部学院"


def invite_teachers(college: College) -> None:
    """Put accounts of staff who are teachers. Raises Refused, Away, NotFilled."""
    for login, name in college.data["teachers"].items():
        college.demo.invite_person(college.operator, login, name, "staff", "")


def put_courses(college: College) -> None:
    """Publish the courses; their lectures are made by the platform after this returns.

    Raises Refused, Away.
    """
    for course in college.data["courses"]:
        college.demo.tell(f"course {course['title']}")
        lessons = [
            {
                "lesson_id": f"l{place}",
                "title": lecture["title"],
                "lecture_id": _put_lecture(
                    college, f"{course['key']}-{place}", lecture
                ),
            }
            for place, lecture in enumerate(course["lectures"], 1)
        ]
        body = {
            name: course[name] for name in ("title", "module", "summary", "teacher")
        }
        college.demo.make_once(
            f"course-{course['key']}",
            lambda body=body, lessons=lessons: publish_course(  # type: ignore[misc]
                college.staff, body | {"lessons": lessons}
            ),
        )


def _put_lecture(college: College, key: str, lecture: Mapping[str, Any]) -> str:
    """A lecture that is drawn, sent, and has captions; its id."""
    title, slides = lecture["title"], lecture["slides"]
    path = college.demo.folder / "lectures" / key / "lecture.mp4"
    make_lecture(path, title, slides, SMALL_HEIGHT, NICENESS)

    def send() -> str:
        return upload_lecture(college.staff, path, title, lambda _: None)

    lecture_id = college.demo.make_once(f"lecture-{key}", send)
    captions = base64.b64encode(write_captions(title, slides).encode()).decode()
    place = path_to("media", "lectures", lecture_id, "captions", "zh")
    college.staff.call("PUT", place, dict, {"content": captions}, match=ANY)
    return lecture_id
