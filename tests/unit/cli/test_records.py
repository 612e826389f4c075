"""A file of records is read line by line, and each line is answered."""

import json
from pathlib import Path
from typing import Any

import pytest
from biyong.door import Refused
from biyong.faults import Fault
from biyong.records.file import read_records
from biyong.records.sending import AT_ONCE, LineOutcome, PeopleAsked, send_records

HEAD = "手机号,课程编号,完成时间,学时\n"


def a_file(tmp_path: Path, content: str | bytes) -> Path:
    path = tmp_path / "records"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


class FakeDoor:
    """A gateway that knows people by phone, or by number in a branch."""

    def __init__(self, **people: str) -> None:
        self.people = people
        self.calls: list[tuple[str, ...]] = []
        self.sent: list[dict[str, Any]] = []

    def ask(self, method: str, *path: str, body: Any = None) -> Any:
        self.calls.append((method, *path))
        if path[-1] == "find":
            key = body.get("phone") or f"{body['branch_id']}/{body['member_no']}"
            if key == "nonsense":
                raise Refused(422, "field-illegal", "no phone")
            found = self.people.get(key, "")
            return [{"person_id": one} for one in found.split()]
        self.sent.append(body)
        told = [{"line": line["line"], "outcome": "imported"} for line in body["lines"]]
        return {"lines": told}


def outcomes(door: FakeDoor, path: Path) -> list[LineOutcome]:
    sent = send_records(door, read_records(path), "旧平台")  # type: ignore[arg-type]
    return sorted(sent, key=lambda one: one.line)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_table_is_read_as_spreadsheets_save_it(
    tmp_path: Path, encoding: str, separator: str
) -> None:
    text = f"{HEAD}13900000001,k1,2026/3/5,2.5\n".replace("2026/3/5", "2026-03-05")
    content = text.replace(",", separator).encode(encoding)
    (line,) = read_records(a_file(tmp_path, content))
    assert (line.line, line.hours, line.fault) == (2, 2.5, "")
    assert (line.get("phone"), line.get("course")) == ("13900000001", "k1")
    assert line.completed_at
    assert line.completed_at.isoformat() == "2026-03-05T12:00:00+08:00"


def test_json_lines_say_the_same(tmp_path: Path) -> None:
    said = {"branch": "dongcheng", "member_no": "D-1", "class": "c1", "hours": 1}
    text = json.dumps(said | {"completed_at": "2026-03-05T09:30:00+00:00"})
    (line,) = read_records(a_file(tmp_path, f"{text}\n\n"))
    assert (line.hours, line.get("class"), line.fault) == (1.0, "c1", "")


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b"", "name columns"),
        (HEAD.encode(), "no record"),
        (b"phone,hours\n1,2\n", "completed_at"),
        (b"one column\n1\n", "name columns"),
        (b'{"hours": 1', "line 1 is no JSON"),
        (b'{"hours": 1}\n[1]\n', "line 1 lacks"),
        (b"\x00\x01", "records"),
    ],
)
def test_a_file_that_is_none_is_refused_whole(
    tmp_path: Path, content: bytes, named: str
) -> None:
    with pytest.raises(Fault, match=named):
        read_records(a_file(tmp_path, content))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(Fault, match="nowhere"):
        read_records(tmp_path / "nowhere")


def test_bad_lines_are_refused_each_for_its_reason_and_good_ones_sent(
    tmp_path: Path,
) -> None:
    rows = [
        "13900000001,k1,2026-03-05,1",
        "13900000001,k2,no day,1",
        "13900000001,k2,2026-02-30,1",
        "13900000001,k2,2026-03-05,much",
        "13900000001,k2,2026-03-05,0.3",
        "13900000001,k2,2026-03-05,nan",
        "13900000009,k2,2026-03-05,1",
        "13900000002,k2,2026-03-05,1",
        "nonsense,k2,2026-03-05,1",
        ",k2,2026-03-05,1",
    ]
    door = FakeDoor(**{"13900000001": "p1", "13900000002": "p2 p3"})
    found = outcomes(door, a_file(tmp_path, HEAD + "\n".join(rows)))
    assert [one.reason or one.outcome for one in found] == [
        "imported", "day-illegal", "day-illegal", "hours-illegal", "hours-illegal",
        "hours-illegal", "unknown-person", "several-people", "unknown-person",
        "person-missing",
    ]  # fmt: skip
    (body,) = door.sent
    assert body["source"] == "旧平台"
    assert [line["person_id"] for line in body["lines"]] == ["p1"]


def test_each_person_is_asked_for_once_and_lines_go_in_small_batches(
    tmp_path: Path,
) -> None:
    rows = [f"13900000001,k{n},2026-03-05,1" for n in range(AT_ONCE + 1)]
    door = FakeDoor(**{"13900000001": "p1"})
    found = outcomes(door, a_file(tmp_path, HEAD + "\n".join(rows)))
    assert len(found) == AT_ONCE + 1
    assert [len(body["lines"]) for body in door.sent] == [AT_ONCE, 1]
    assert sum(call[-1] == "find" for call in door.calls) == 1


def test_a_person_is_found_by_number_in_a_branch_or_named_outright(
    tmp_path: Path,
) -> None:
    text = (
        "branch,member_no,person,class,completed_at,hours\n"
        "dongcheng,D-1,,c1,2026-03-05,1\n,,p7,c1,2026-03-05,1\n"
    )
    door = FakeDoor(**{"dongcheng/D-1": "p1"})
    people = PeopleAsked(door)  # type: ignore[arg-type]
    lines = read_records(a_file(tmp_path, text))
    assert [people.find(line) for line in lines] == ["p1", "p7"]
