"""From a file to a roster that is sent: nothing before it was seen and confirmed."""

import io
from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from chassis.http.problem import Problem
from gateway.identity.account import OFFICER
from gateway.pages.officer.roster_sending import RosterSendingPages
from gateway.roster_drafts.draft_store import RosterDrafts
from gateway.roster_drafts.read_draft import ReadDraft

from tests.doubles.roster_drafts import MemoryDrafts, MemoryMappings
from tests.doubles.workbooks import write_sheets
from tests.unit.gateway.roster_answers import RECEIPT
from tests.unit.gateway.scene import Scene, scene

FILE = "姓名,会员号,手机号,班级编号,备注\n张三,M1,13812345678,c1,好\n合计,,,,\n"
ODD = "姓名,卡编,手机号,班级编号\n张三,M1,13812345678,c1\n李四,M2,13812345679,c1\n"
CLASS = {
    "id": "c1", "course_id": "k", "title": "协商一班", "capacity": 5,
    "starts_on": "2026-12-01", "ends_on": "2026-12-31", "point": "", "form": "online",
    "state": "open", "version": 1,
}  # fmt: skip
BRANCH = {"id": "dongcheng", "name": "东城区总工会", "parent": ""}


class AnyChunk(dict[str, Any]):
    """Enrollment takes whatever chunk comes, and then as many as allowed."""

    def __init__(self, most: int = 1_000) -> None:
        super().__init__()
        self.most = most

    def get(self, path: str, default: Any = None) -> Any:
        if "/chunks/" not in path:
            return super().get(path, default)
        self.most -= 1
        away = Problem(503, "service-away", "x")
        return RECEIPT if self.most >= 0 else away


@dataclass
class Officer:
    """An officer before the pages, and what they store."""

    scene: Scene
    drafts: MemoryDrafts
    mappings: MemoryMappings
    chunks: AnyChunk = field(default_factory=AnyChunk)

    def choose(self, content: str | bytes, language: str = "zh", **form: str) -> Any:
        raw = content.encode() if isinstance(content, str) else content
        sent = form | {"file": (io.BytesIO(raw), "名单.csv")}
        return self.scene.client.post(
            "/rosters/new", data=sent, headers=wants(language)
        )

    def post(self, path: str, htmx: bool = False, **form: str) -> Any:
        headers = wants() | ({"HX-Request": "true"} if htmx else {})
        return self.scene.client.post(path, data=form, headers=headers)

    def draft_path(self, content: str | bytes = FILE, **form: str) -> str:
        answer = self.choose(content, **form)
        assert answer.status_code == 303, answer.text
        return str(answer.headers["Location"])

    @property
    def bodies(self) -> list[Any]:
        return self.scene.services["enrollment"].bodies


def wants(language: str = "zh") -> dict[str, str]:
    return {"Accept": "text/html", "Accept-Language": language}


@pytest.fixture
def officer() -> Officer:
    drafts, mappings = MemoryDrafts(), MemoryMappings()
    pages = RosterSendingPages(cast(RosterDrafts, drafts), ReadDraft(mappings))
    made = Officer(scene(pages, OFFICER), drafts, mappings)
    made.chunks["/branches"] = {"items": [BRANCH], "next": ""}
    made.scene.services["enrollment"].answers = made.chunks
    made.scene.services["catalog"].answers["/classes"] = {"items": [CLASS], "next": ""}
    return made


def test_nothing_is_sent_before_it_is_confirmed(officer: Officer) -> None:
    path = officer.draft_path()
    page = officer.scene.get(path).text
    assert "协商一班" in page
    assert "13812345678" in page
    assert officer.bodies == []


def test_what_is_confirmed_is_sent_under_its_name(officer: Officer) -> None:
    path = officer.draft_path()
    sent = officer.post(f"{path}/sending", name="十一月")
    assert sent.headers["Location"].startswith("/rosters/dongcheng/")
    [chunk] = officer.bodies
    assert chunk.name == "十一月"
    assert [row["name"] for row in chunk.rows] == ["张三"]
    assert officer.drafts.drafts == {}


@pytest.mark.parametrize(("language", "word"), [("zh", "没有选文件"), ("en", "file")])
def test_a_form_without_a_file_says_so(
    officer: Officer, language: str, word: str
) -> None:
    page = officer.scene.client.post("/rosters/new", headers=wants(language))
    assert page.status_code == 422
    assert word in page.text


def test_what_was_passed_over_is_shown_before_sending(officer: Officer) -> None:
    page = officer.scene.get(officer.draft_path()).text
    assert "备注" in page
    assert "第 3 行" in page


def test_a_column_that_nobody_knows_is_asked_for_and_remembered(
    officer: Officer,
) -> None:
    path = officer.draft_path(ODD)
    assert "会员号" in officer.scene.get(path).text
    columns = {"name": "0", "member_no": "1", "phone": "2", "class_id": "3"}
    form = {f"column_{name}": place for name, place in columns.items()}
    assert officer.post(path, **form).status_code == 303
    officer.post(f"{path}/sending", **form)
    assert officer.bodies[0].rows[0]["member_no"] == "M1"
    again = officer.draft_path(ODD)
    assert officer.drafts.drafts[again.rpartition("/")[2]].roster_id


def test_other_columns_are_read_before_they_are_sent(officer: Officer) -> None:
    path = officer.draft_path()
    columns = {"name": "4", "member_no": "1", "phone": "2", "class_id": "3"}
    form = {f"column_{name}": place for name, place in columns.items()}
    answer = officer.post(f"{path}/sending", **form)
    assert answer.headers["Location"] == path
    assert officer.bodies == []
    assert "好" in officer.scene.get(path).text


def test_another_sheet_can_be_read(officer: Officer) -> None:
    heads = ("姓名", "会员号", "手机号", "班级")
    book = write_sheets(
        {
            "一": [heads, ("张三", "M1", 13812345678, "协商一班")],
            "二": [heads, ("李四", "M2", 13812345679, "c1")],
        }
    )
    path = officer.draft_path(book)
    assert officer.post(path, sheet="二").headers["Location"] == path
    assert "李四" in officer.scene.get(path).text
    officer.post(f"{path}/sending")
    assert officer.bodies[0].rows[0]["member_no"] == "M2"


def test_a_class_by_its_title_is_sent_by_its_id(officer: Officer) -> None:
    path = officer.draft_path(FILE.replace("c1", "协商一班"))
    officer.post(f"{path}/sending")
    assert officer.bodies[0].rows[0]["class_id"] == "c1"


def test_faults_are_listed_by_their_cells(officer: Officer) -> None:
    path = officer.draft_path(FILE.replace("13812345678", "12"))
    page = officer.scene.get(path, "en").text
    assert "Rows that will probably be rejected: 1" in page


def test_what_is_interrupted_goes_on_where_it_was(officer: Officer) -> None:
    rows = "".join(f"张{n},M{n},138{n:08d},c1,\n" for n in range(300))
    path = officer.draft_path(f"{FILE}{rows}")
    officer.chunks.most = 1
    page = officer.post(f"{path}/sending")
    assert page.status_code == 200
    assert "接着送" in page.text
    assert officer.scene.get(path).headers["Location"] == f"{path}/sending"
    officer.chunks.most = 1_000
    sent = officer.post(f"{path}/sending", htmx=True)
    assert sent.headers["HX-Redirect"].startswith("/rosters/dongcheng/")
    keys = [
        one for one in officer.scene.services["enrollment"].asked if "/chunks/" in one
    ]
    assert [key[-2:] for key in keys] == [".1", ".2", ".2"]


def test_a_trial_is_sent_under_an_id_of_its_own(officer: Officer) -> None:
    for _ in range(2):
        officer.post(f"{officer.draft_path(FILE, dry_run='y')}/sending")
    ids = {chunk.roster_id for chunk in officer.bodies}
    assert len(ids) == 2
    assert all(chunk.dry_run for chunk in officer.bodies)


def test_nobody_sends_for_a_branch_that_was_not_offered(officer: Officer) -> None:
    other = {"id": "jianguomen", "name": "建国门", "parent": "dongcheng"}
    officer.chunks["/branches"] = {"items": [BRANCH, other], "next": ""}
    assert officer.choose(FILE, branch="xicheng").status_code == 422
    assert officer.choose(FILE, branch="jianguomen").status_code == 303


def test_among_many_branches_one_is_written(officer: Officer) -> None:
    many = [BRANCH | {"id": f"b{n}", "name": f"第{n}工会"} for n in range(51)]

    def find(query: dict[str, str]) -> dict[str, Any]:
        words = query.get("q", "")
        found = [one for one in many if words in one["name"]]
        return {"items": found[: int(query.get("limit", "100"))], "next": ""}

    officer.chunks["/branches"] = find
    answer = officer.choose(FILE, branch_words="工会")
    assert answer.status_code == 422
    assert "第0工会" in answer.text
    path = officer.draft_path(FILE, branch_words="第7工会（b7）")
    assert officer.drafts.drafts[path.rpartition("/")[2]].branch_id == "b7"


def test_a_draft_that_is_not_wanted_is_gone(officer: Officer) -> None:
    path = officer.draft_path()
    assert officer.post(f"{path}/removal").headers["Location"] == "/rosters"
    assert officer.scene.get(path).status_code == 404


def test_a_catalogue_that_is_away_stops_nobody(officer: Officer) -> None:
    officer.scene.services["catalog"].hangs = True
    path = officer.draft_path()
    assert "再读一遍" in officer.scene.get(path).text
    officer.scene.services["catalog"].hangs = False
    officer.post(path)
    assert "协商一班" in officer.scene.get(path).text
