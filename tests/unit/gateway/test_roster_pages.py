"""The pages of a roster: sent, tried, its outcomes as they come."""

import io
from collections import Counter
from typing import Any

import pytest
from chassis.http.problem import Problem
from gateway.identity.account import OFFICER
from gateway.pages.officer.rosters import SHOWN_ROWS, RosterPages
from gateway.roster_files.roster_faults import RosterUnreadable
from gateway.roster_files.roster_file import read_roster
from gateway.roster_files.roster_workbooks import WORKBOOK_TYPE
from gateway.roster_files.workbook_file import open_sheet

from tests.doubles.workbooks import write_sheets
from tests.unit.gateway.scene import Scene, scene

FILE = "姓名,会员号,手机号,班级编号,备注\n张三,M1,13812345678,c1,好\n合计,,,,\n"
NONE_SENT = {"items": [], "next": ""}
SHOWN = "/branches/dongcheng/rosters/r1/chunks"
KEPT = {"received": 9e9}


@pytest.fixture
def officer() -> Scene:
    made = scene(RosterPages(), OFFICER)
    made.services["enrollment"].answers |= {
        "/branches": {"items": [], "next": ""},
        "/rosters": NONE_SENT,
    }
    made.services["catalog"].answers["/classes"] = {"items": [], "next": ""}
    return made


class AnyChunk(dict[str, Any]):
    """Enrollment keeps whatever chunk comes, and then as many as said."""

    def __init__(self, most: int = 1_000) -> None:
        super().__init__()
        self.most = most

    def get(self, path: str, default: Any = None) -> Any:
        if "/chunks/" not in path:
            return super().get(path, default)
        self.most -= 1
        return KEPT if self.most >= 0 else Problem(503, "service-away", "x")


def keeping(officer: Scene, most: int = 1_000) -> None:
    chunks = AnyChunk(most)
    chunks.update(officer.services["enrollment"].answers)
    officer.services["enrollment"].answers = chunks


def send(officer: Scene, content: str, language: str = "zh", **form: str) -> Any:
    sent = form | {"file": (io.BytesIO(content.encode()), "r.csv")}
    wants = {"Accept": "text/html", "Accept-Language": language}
    return officer.client.post("/rosters", data=sent, headers=wants)


def has_outcomes(officer: Scene, dry_run: bool, *outcomes: dict[str, Any]) -> None:
    """The roster r1 has so many rows, and these outcomes."""
    rows = [
        {"row": n, "name": f"张{n}", "member_no": f"M{n}", "class_id": "c1"}
        for n, _ in enumerate(outcomes, 2)
    ]
    decided = [{"row": n} | said for n, said in enumerate(outcomes, 2) if said]
    counts = Counter(one["outcome"] for one in decided)
    chunk = {"dry_run": dry_run, "rows": rows, "outcomes": decided}
    notes = Counter(note for one in decided for note in one.get("notes", ()))
    far = {"dry_run": dry_run, "count": len(rows), "outcomes": counts, "notes": notes}

    def asked(query: dict[str, str]) -> list[dict[str, Any]]:
        return [far] if query else [chunk]

    officer.services["enrollment"].answers[SHOWN] = asked


@pytest.mark.parametrize(
    ("language", "said"), [("zh", "缺少这些列：会员号"), ("en", "missing: member_no")]
)
def test_a_fault_of_the_file_is_said_in_the_language_of_the_page(
    officer: Scene, language: str, said: str
) -> None:
    page = send(officer, "姓名,手机号,班级编号\n张三,1,c1\n", language)
    assert page.status_code == 422
    assert said in page.text


def test_what_was_passed_over_in_reading_is_said_beside_the_outcomes(
    officer: Scene,
) -> None:
    keeping(officer)
    sent = send(officer, FILE)
    assert sent.status_code == 303
    where, _, query = sent.headers["Location"].partition("?")
    branch, roster = where.split("/")[2:]
    has_outcomes(officer, False, {"outcome": "enrolled"})
    answers = officer.services["enrollment"].answers
    answers[f"/branches/{branch}/rosters/{roster}/chunks"] = answers[SHOWN]
    page = officer.get(f"{where}?{query}").text
    assert "备注" in page
    assert "第 3 行" in page


def test_a_roster_that_was_sent_half_is_not_called_sent(officer: Scene) -> None:
    keeping(officer, most=1)
    rows = "".join(f"张{n},M{n},138{n:08d},c1,\n" for n in range(300))
    page = send(officer, f"{FILE}{rows}")
    assert page.status_code == 503
    assert "再送一次" in page.text


@pytest.mark.parametrize(("dry_run", "said"), [(True, "会录取"), (False, "已录取")])
def test_a_trial_says_what_would_be_and_that_nothing_is(
    officer: Scene, dry_run: bool, said: str
) -> None:
    has_outcomes(officer, dry_run, {"outcome": "enrolled"})
    page = officer.get("/rosters/dongcheng/r1").text
    assert f">{said}</span>" in page
    assert ("什么都没有改变" in page) == dry_run


def test_what_to_know_of_a_row_that_is_taken_is_said(officer: Scene) -> None:
    noted = {"outcome": "enrolled", "notes": ["email-invalid", "restored"]}
    has_outcomes(officer, False, noted, {"outcome": "enrolled"})
    page = officer.get("/rosters/dongcheng/r1").text
    assert "1 人的邮箱不能寄信" in page
    assert "请改正邮箱后再送这一行；有一格被表格软件改过写法" in page


def test_a_large_roster_shows_its_rows_once_all_have_their_outcome(
    officer: Scene,
) -> None:
    done = [{"outcome": "enrolled"}] * SHOWN_ROWS
    has_outcomes(officer, False, *done, {})
    page = officer.get("/rosters/dongcheng/r1").text
    assert "张2" not in page
    assert 'hx-trigger="every 2s"' in page
    has_outcomes(officer, False, *done, {"outcome": "rejected", "reason": "no"})
    page = officer.get("/rosters/dongcheng/r1").text
    assert f"张{SHOWN_ROWS + 2}" in page
    assert "hx-trigger" not in page.partition("outcomes")[2]


@pytest.mark.parametrize(("language", "head"), [("zh", "姓名"), ("en", "name")])
def test_the_blank_roster_has_the_heads_of_the_language(
    officer: Scene, language: str, head: str
) -> None:
    page = officer.get("/rosters/template.xlsx", language)
    assert page.content_type == WORKBOOK_TYPE
    with pytest.raises(RosterUnreadable) as refused:
        read_roster(page.data)
    assert refused.value.fault == "rows-missing"
    with open_sheet(page.data) as opened:
        assert next(opened.rows)[1][0] == head


def test_a_workbook_is_sent_as_a_text_is(officer: Scene) -> None:
    keeping(officer)
    heads = ("姓 名", "工会会员号", "手机号码", "班级编号")
    book = write_sheets(
        {
            "名册": [("报名表",), heads, ("张三", "M1", 13812345678, "c1")],
            "说明": [("填表说明",)],
        }
    )
    form = {"file": (io.BytesIO(book), "r.csv")}
    sent = officer.client.post("/rosters", data=form, headers={"Accept": "text/html"})
    assert sent.status_code == 303
    body = officer.services["enrollment"].bodies[-1]
    assert body["rows"] == [
        {
            "row": 3,
            "name": "张三",
            "member_no": "M1",
            "phone": "13812345678",
            "class_id": "c1",
        }
    ]
    assert "other=" in sent.headers["Location"]
