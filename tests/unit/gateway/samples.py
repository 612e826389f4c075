"""What services answer, whole as their contracts have it."""

AREA = {
    "code": "a1", "name": "思想引领", "place": 1, "version": 1,
    "modules": [{"code": "m", "name": "模块一", "topics": [], "courses": 1}],
}  # fmt: skip
PROJECT = {
    "code": "p1", "name": "创新方法TRIZ培训", "place": 1, "form": "课程", "summary": "",
    "version": 1,
}  # fmt: skip
LECTURE_OF_LESSON = {
    "id": "v1", "edition": 1, "state": "ready", "seconds": 60, "percent": 100,
    "reason": "",
}  # fmt: skip
LESSON = {
    "lesson_id": "l1", "lecture_id": "v1", "title": "第一讲", "kind": "lecture",
    "is_completable": True, "lecture": LECTURE_OF_LESSON,
}  # fmt: skip
CONTENT = {
    "title": "集体协商实务", "module": "m", "summary": "", "teacher": "",
    "lessons": [LESSON], "fastest": 2.0, "picture": "", "picture_alt": "",
}  # fmt: skip
COURSE = CONTENT | {"id": "k1", "state": "published", "edition": 2}
DRAFT = COURSE | {
    "version": 3, "edited_by": "a", "edited_at": "2026-11-28T12:00:00.000+00:00",
    "published": CONTENT, "published_by": "a",
    "published_at": "2026-11-28T12:00:00.000+00:00", "has_unpublished_edits": False,
}  # fmt: skip
CLASS = {
    "id": "c1", "course_id": "k1", "title": "协商一班", "capacity": 40, "version": 1,
    "starts_on": "2026-12-01", "ends_on": "2026-12-31", "form": "online", "point": "",
    "state": "open",
}  # fmt: skip
BRANCH = {"id": "dongcheng", "name": "东城区总工会", "parent": ""}
SEATS = {"class_id": "c1", "capacity": 40, "taken": 3, "waiting": 0, "closed": False}
WAITING = {
    "id": "c1.p.1", "class_id": "c1", "course_id": "k1", "person_id": "p",
    "branch_id": "dongcheng", "state": "waiting", "ticket": 61, "place": 2,
}  # fmt: skip
SEATED = WAITING | {"state": "seated", "place": 0}
HOURS = {"year": 2026, "hours": 1.5, "target": 50, "entries": []}
RECORD = {"courses": [], "watched": {"v1": 21}}
CERTIFICATE = {
    "number": "BY-2026-ABCD-EFGH-JKLM", "class_id": "c1", "name": "李明",
    "title": "协商一班", "hours": "1.00", "issued_on": "2026-12-02", "issuer": "学院",
    "key_id": "k", "signature": "s", "revoked_on": "", "revoked_for": "",
}  # fmt: skip
ROSTER = {
    "branch_id": "dongcheng", "roster_id": "r1", "name": "", "sent_by": "a",
    "received": 1e9, "dry_run": False, "state": "decided", "rows": 1, "decided": 1,
    "needing": 0, "counts": {"enrolled": 1}, "notes": {}, "chunks": 1, "undecided": 0,
    "moved": 0, "turned_by": "", "turned_at": 0, "redo_until": 0,
}  # fmt: skip


def page_of(*items: object, next_cursor: str = "") -> dict[str, object]:
    """A page of a list."""
    return {"items": list(items), "next": next_cursor}
