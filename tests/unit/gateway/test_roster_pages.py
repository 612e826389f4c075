"""The pages of rosters that were sent: listed, looked through, repaired, taken back."""

import io
import time
from typing import Any, cast

import pytest
from chassis.http.problem import Problem
from gateway.identity.account import OFFICER
from gateway.pages.officer.roster_repairs import RosterRepairPages
from gateway.pages.officer.roster_results import RosterResultPages
from gateway.pages.officer.roster_turns import RosterTurnPages
from gateway.pages.officer.rosters import RosterPages
from gateway.roster_drafts.draft_store import RosterDrafts
from gateway.roster_files.roster_faults import RosterUnreadable
from gateway.roster_files.roster_file import read_roster
from gateway.roster_files.roster_workbooks import WORKBOOK_TYPE
from gateway.roster_files.workbook_file import open_sheet

from tests.doubles.roster_drafts import MemoryDrafts
from tests.unit.gateway.roster_answers import RECEIPT, a_roster, a_row
from tests.unit.gateway.scene import Scene, scene

PATH = "/branches/dongcheng/rosters/r1"
PAGE = "/rosters/dongcheng/r1"
BRANCH = {"id": "dongcheng", "name": "东城区总工会", "parent": ""}


def name_senders(ids: Any) -> dict[str, str]:
    return dict.fromkeys(ids, "李经办")


def answering(made: Scene, **more: Any) -> Scene:
    roster = a_roster(**more)
    made.services["enrollment"].answers |= {
        "/branches": {"items": [BRANCH], "next": ""},
        "/rosters": {"items": [roster], "next": "n2"},
        PATH: roster,
        f"{PATH}/progress": {"roster": roster, "changed": [], "cursor": 7},
        f"{PATH}/rows": {"items": [a_row()], "next": ""},
    }
    made.services["catalog"].answers["/classes"] = {"items": [], "next": ""}
    return made


@pytest.fixture
def officer() -> Scene:
    drafts = cast(RosterDrafts, MemoryDrafts())
    return answering(scene(RosterPages(name_senders, drafts), OFFICER))


@pytest.fixture
def repairer() -> Scene:
    return answering(scene(RosterRepairPages(), OFFICER))


class TakenRepairs(dict[str, Any]):
    """Answers of an enrollment that takes every repair."""

    def get(self, path: str, default: Any = None) -> Any:
        found = RECEIPT if "/chunks/r1.fix-" in path else None
        return found or super().get(path, default)


def bodies(made: Scene) -> list[Any]:
    return [body for body in made.services["enrollment"].bodies if body is not None]


def test_the_list_says_who_sent_what_and_what_became_of_it(officer: Scene) -> None:
    page = officer.get("/rosters").text
    for word in ("十一月", "东城区总工会", "李经办", "已录取 1", "未收 1", "after=n2"):
        assert word in page


def test_the_list_is_filtered_by_trial_and_real(officer: Scene) -> None:
    asked: list[dict[str, str]] = []

    def find(query: dict[str, str]) -> dict[str, Any]:
        asked.append(query)
        return {"items": [], "next": ""}

    officer.services["enrollment"].answers["/rosters"] = find
    officer.get("/rosters?kind=trial")
    officer.get("/rosters?kind=real")
    officer.get("/rosters?kind=nothing")
    assert [query.get("dry_run") for query in asked] == ["true", "false", None]


def among_many(officer: Scene, *meant: dict[str, str]) -> list[dict[str, str]]:
    """More branches than are picked from a list, of which words mean these; what
    rosters are asked for."""
    asked: list[dict[str, str]] = []

    def find_branches(query: dict[str, str]) -> dict[str, Any]:
        some = [BRANCH] * int(query.get("limit", 1))
        if "ids" in query:
            some = [one for one in [BRANCH, *meant] if one["id"] in query["ids"]]
        return {"items": list(meant) if "q" in query else some, "next": ""}

    def find_rosters(query: dict[str, str]) -> dict[str, Any]:
        asked.append(query)
        return {"items": [a_roster()], "next": ""}

    answers = officer.services["enrollment"].answers
    answers |= {"/branches": find_branches, "/rosters": find_rosters}
    return asked


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("branch_words=西城", "西城"),
        ("branch_words=西城区总工会（xicheng）", "西城区总工会（xicheng）"),
        ("branch_words=xicheng", "xicheng"),
        ("branch=xicheng", "西城区总工会（xicheng）"),
    ],
)
def test_among_many_branches_one_is_meant_in_words(
    officer: Scene, query: str, shown: str
) -> None:
    asked = among_many(officer, {**BRANCH, "id": "xicheng", "name": "西城区总工会"})
    page = officer.get(f"/rosters?{query}").text
    assert [one["branch"] for one in asked] == ["xicheng"]
    assert f'value="{shown}"' in page
    assert "十一月" in page


def test_words_that_mean_no_branch_lead_to_those_that_are_near(
    officer: Scene,
) -> None:
    near = [{**BRANCH, "id": f"x{n}", "name": f"西{n}"} for n in range(2)]
    among_many(officer, *near)
    page = officer.get("/rosters?branch_words=西").text
    assert "/rosters?branch=x0" in page
    assert "/rosters?branch=x1" in page
    assert "十一月" not in page


def test_the_list_says_that_it_is_away_also_to_whoever_wrote_a_branch(
    officer: Scene,
) -> None:
    officer.services["enrollment"].hangs = True
    assert officer.get("/rosters?branch_words=西").status_code == 200


def rows_asked(officer: Scene, path: str) -> dict[str, str]:
    asked: list[dict[str, str]] = []

    def find(query: dict[str, str]) -> dict[str, Any]:
        asked.append(query)
        return {"items": [a_row()], "next": ""}

    officer.services["enrollment"].answers[f"{PATH}/rows"] = find
    assert officer.get(path).status_code == 200
    return asked[0]


def test_rows_that_need_something_come_first(officer: Scene) -> None:
    assert rows_asked(officer, PAGE)["needing"] == "true"


def test_a_search_looks_at_all_rows(officer: Scene) -> None:
    asked = rows_asked(officer, f"{PAGE}?search=张")
    assert asked["search"] == "张"
    assert "needing" not in asked


def test_rows_of_one_outcome_are_asked_for(officer: Scene) -> None:
    assert rows_asked(officer, f"{PAGE}?show=enrolled")["outcome"] == "enrolled"


@pytest.mark.parametrize(
    ("language", "word"), [("zh", "手机号不是大陆手机号"), ("en", "mainland")]
)
def test_a_row_says_what_to_do_in_the_language_of_the_page(
    officer: Scene, language: str, word: str
) -> None:
    assert word in officer.get(PAGE, language).text


def test_a_trial_says_what_would_be_and_that_nothing_is(officer: Scene) -> None:
    answering(officer, dry_run=True)
    page = officer.get(PAGE).text
    assert "会录取" in page
    assert "什么都没有改变" in page
    assert "taking-back" not in page


def test_an_open_page_gets_nothing_while_nothing_changed(officer: Scene) -> None:
    answering(officer, state="deciding")
    again = officer.get(f"{PAGE}/progress?since=7", HX_Request="true")
    assert again.status_code == 204
    first = officer.get(f"{PAGE}/progress?since=6", HX_Request="true")
    assert "since=7" in first.text
    assert "HX-Trigger" not in first.headers


def test_rows_come_anew_when_a_chunk_changed(officer: Scene) -> None:
    changed = [{"key": "r1.1", "is_decided": True, "rows": 2}]
    progress = {"roster": a_roster(state="deciding"), "changed": changed, "cursor": 8}
    officer.services["enrollment"].answers[f"{PATH}/progress"] = progress
    answer = officer.get(f"{PAGE}/progress?since=7", HX_Request="true")
    assert answer.headers["HX-Trigger"] == "rows-changed"


def test_an_open_page_stops_asking_at_the_end(officer: Scene) -> None:
    answer = officer.get(f"{PAGE}/progress?since=6", HX_Request="true")
    assert "every 2s" not in answer.text


def test_a_page_of_what_was_sent_just_now_asks_on(officer: Scene) -> None:
    assert "every 2s" not in officer.get(PAGE).text
    answering(officer, received=time.time())
    assert "every 2s" in officer.get(PAGE).text


def test_a_bad_row_is_shown_with_its_old_values_and_its_fault(repairer: Scene) -> None:
    page = repairer.get(f"{PAGE}/repairs").text
    assert 'value="12"' in page
    assert 'id="row2-phone-fault"' in page


def test_only_changed_rows_are_sent_again(repairer: Scene) -> None:
    rows = {"items": [a_row(2), a_row(3)], "next": ""}
    enrollment = repairer.services["enrollment"].answers
    enrollment[f"{PATH}/rows"] = rows
    repairer.services["enrollment"].answers = TakenRepairs(enrollment)
    form = {
        f"row{number}-{name}": text
        for number in (2, 3)
        for name, text in a_row(number).items()
        if isinstance(text, str)
    } | {"row3-phone": "13812345678"}
    answer = repairer.client.post(f"{PAGE}/repairs", data=form)
    assert answer.headers["Location"] == f"{PAGE}?repaired=1"
    [chunk] = bodies(repairer)
    assert chunk.repairs == [3]
    assert chunk.rows == [
        {
            "row": 3, "name": "张3", "member_no": "M3", "phone": "13812345678",
            "class_id": "c1",
        }
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("more", "kept", "number"),
    [
        ({"phone": "13812345678"}, [2], None),
        ({"id_number": "11010519491231002X"}, [], "11010519491231002X"),
        ({"without_id_number": "y"}, [], None),
    ],
)
def test_an_id_number_that_nobody_sees_is_kept_changed_or_removed(
    repairer: Scene, more: dict[str, str], kept: list[int], number: str | None
) -> None:
    row = a_row(2, phone="13800000000", has_id_number=True)
    answers = repairer.services["enrollment"].answers
    answers[f"{PATH}/rows"] = {"items": [row], "next": ""}
    repairer.services["enrollment"].answers = TakenRepairs(answers)
    texts = {n: v for n, v in row.items() if isinstance(v, str)} | more
    form = {f"row2-{name}": text for name, text in texts.items()}
    assert repairer.client.post(f"{PAGE}/repairs", data=form).status_code == 303
    [chunk] = bodies(repairer)
    assert chunk.kept_id_numbers == kept
    assert chunk.rows[0].get("id_number") == number


def test_a_new_id_number_and_its_removal_exclude_each_other(repairer: Scene) -> None:
    row = a_row(2, phone="13800000000", has_id_number=True)
    answers = repairer.services["enrollment"].answers
    answers[f"{PATH}/rows"] = {"items": [row], "next": ""}
    more = {"id_number": "11010519491231002X", "without_id_number": "y"}
    texts = {n: v for n, v in row.items() if isinstance(v, str)} | more
    form = {f"row2-{name}": text for name, text in texts.items()}
    page = repairer.client.post(f"{PAGE}/repairs", data=form)
    assert page.status_code == 422
    assert 'id="row2-without_id_number-fault"' in page.text


def test_where_no_id_number_was_sent_none_is_offered_to_be_removed(
    repairer: Scene,
) -> None:
    assert "without_id_number" not in repairer.get(f"{PAGE}/repairs").text


@pytest.mark.parametrize("phone", ["12", "13"])
def test_what_is_not_changed_or_still_wrong_is_not_sent(
    repairer: Scene, phone: str
) -> None:
    texts = {n: v for n, v in a_row().items() if isinstance(v, str)}
    form = {f"row2-{name}": text for name, text in texts.items()}
    page = repairer.client.post(f"{PAGE}/repairs", data=form | {"row2-phone": phone})
    assert page.status_code == 422
    assert f'value="{phone}"' in page.text
    assert bodies(repairer) == []


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh", ["1,200 人失去座位", "3 人退出候补", "7 人已开始", "2 人已结业"]),
        ("en", ["1,200", "3 leave the waiting", "7 have begun", "2 have finished"]),
    ],
)
def test_the_question_says_in_numbers_who_leaves_and_who_stays(
    language: str, words: list[str]
) -> None:
    made = answering(scene(RosterTurnPages(), OFFICER))
    counts = {"seated": 1200, "waiting": 3, "begun": 7, "finished": 2}
    made.services["enrollment"].answers[f"{PATH}/taking-back"] = counts
    for headers in {}, {"HX_Request": "true"}:
        page = made.get(f"{PAGE}/taking-back", language, **headers).text
        assert [word for word in [*words, "1,203"] if word not in page] == []
        assert ("<html" in page) == (not headers)


def test_where_all_have_begun_the_question_says_that_nobody_leaves() -> None:
    made = answering(scene(RosterTurnPages(), OFFICER))
    made.services["enrollment"].answers[f"{PATH}/taking-back"] = {"begun": 1}
    page = made.get(f"{PAGE}/taking-back").text
    assert "没有人会退出" in page


def test_while_nobody_can_count_the_question_says_what_the_roster_knows() -> None:
    made = answering(scene(RosterTurnPages(), OFFICER))
    away = Problem(503, "service-away", "x")
    made.services["enrollment"].answers[f"{PATH}/taking-back"] = away
    page = made.get(f"{PAGE}/taking-back").text
    assert "1 人退出" in page
    assert "数不出来" in page


def test_after_yes_the_roster_is_taken_back(officer: Scene) -> None:
    made = answering(scene(RosterTurnPages(), OFFICER))
    made.services["enrollment"].answers[f"{PATH}/taking-back"] = a_roster()
    answer = made.client.post(f"{PAGE}/taking-back")
    assert answer.headers["Location"] == PAGE


def test_a_refused_taking_back_stays_on_its_page() -> None:
    made = answering(scene(RosterTurnPages(), OFFICER))
    busy = Problem(409, "roster-busy", "x")
    made.services["enrollment"].answers[f"{PATH}/taking-back"] = busy
    page = made.client.post(f"{PAGE}/taking-back", headers={"Accept-Language": "zh"})
    assert page.status_code == 409
    assert "正在撤回或恢复" in page.text


@pytest.mark.parametrize(("language", "head"), [("zh", "姓名"), ("en", "name")])
def test_the_blank_roster_has_the_heads_of_the_language(
    language: str, head: str
) -> None:
    page = scene(RosterResultPages(), OFFICER).get("/rosters/template.xlsx", language)
    assert page.content_type == WORKBOOK_TYPE
    with pytest.raises(RosterUnreadable) as refused:
        read_roster(page.data)
    assert refused.value.fault == "rows-missing"
    with open_sheet(page.data) as opened:
        assert next(opened.rows)[1][0] == head


def test_a_result_can_be_sent_again_as_it_is() -> None:
    made = answering(scene(RosterResultPages(), OFFICER))
    pages = {"": ([a_row(2)], "n"), "n": ([a_row(3)], "")}

    def find(query: dict[str, str]) -> dict[str, Any]:
        items, following = pages[query.get("after", "")]
        return {"items": items, "next": following}

    made.services["enrollment"].answers[f"{PATH}/rows"] = find
    answer = made.get(f"{PAGE}/result.xlsx")
    rows = read_roster(io.BytesIO(answer.data).read()).rows
    assert [row["member_no"] for row in rows] == ["M2", "M3"]
