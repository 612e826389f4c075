"""A course that says something in every field, for the tests of a field's way.

A new field of a course is written here too; from then on the tests beside see that no
place on its way lacks or drops it: `tests/unit/test_course_places.py`,
`test_course_fields.py` of catalog and gateway, `tests/stores/test_course_editing.py`.
"""

from typing import Any

FULL: dict[str, Any] = {
    "title": "集体协商实务",
    "module": "m1",
    "summary": "怎样开口\n怎样签字",
    "teacher": "李红",
    "lessons": [
        {"title": "第一讲", "lesson_id": "l1", "kind": "lecture", "lecture_id": "v1"}
    ],
    "fastest": 1.5,
    "picture": "p1",
    "picture_alt": "车间里的会",
    "language": "en",
}
"""As staff write it (`CourseIn`): no field is as it is when nobody wrote it."""
