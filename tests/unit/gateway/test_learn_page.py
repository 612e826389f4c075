"""The page of a lecture: to watch, being made, or an end with its reason."""

import html
import json
import re
from typing import Any

import pytest
from chassis.http.problem import Problem
from gateway.identity.account import TRAINEE
from gateway.pages.trainee.learn import LearnPages

from tests.unit.gateway.scene import Scene, scene
from tests.unit.gateway.test_pages_in_parts import COURSE, RECORD

PAGE, PART = "/learn/k1/l1", "/learn/k1/l1/making"
NOT_READY = Problem(409, "not-ready", "x")
UNKNOWN = Problem(404, "unknown-lecture", "x")
LECTURE = {
    "lecture_id": "v1",
    "edition": 1,
    "title": "讲",
    "seconds": 60,
    "renditions": ["audio"],
}


@pytest.fixture
def learning() -> Scene:
    made = scene(LearnPages(), TRAINEE)
    made.services["catalog"].answers["/courses/k1"] = COURSE
    made.services["learning"].answers["/record"] = RECORD
    made.services["media"].answers["/lectures/v1/grants"] = NOT_READY
    return made


def is_in(learning: Scene, state: str, reason: str = "") -> None:
    """The lecture is so far; a service's own sentence stands in for unknown reasons."""
    stands = {"state": state, "percent": 30, "reason": reason, "detail": "没有画面"}
    about = LECTURE | stands | {"place": 0}
    learning.services["media"].answers["/lectures/v1"] = about


@pytest.mark.parametrize("state", ["open", "checking", "waiting", "transcoding"])
def test_what_is_being_made_is_asked_for_again(learning: Scene, state: str) -> None:
    is_in(learning, state)
    assert f'hx-get="{PART}"' in learning.get(PAGE).text
    part = learning.get(PART, **{"HX-Request": "true"})
    assert 'hx-trigger="every 2s"' in part.text
    assert "HX-Refresh" not in part.headers


@pytest.mark.parametrize("state", ["failed", "refused"])
@pytest.mark.parametrize("grant", [NOT_READY, UNKNOWN])
def test_what_cannot_be_made_is_an_end_and_says_why(
    learning: Scene, state: str, grant: Problem
) -> None:
    learning.services["media"].answers["/lectures/v1/grants"] = grant
    is_in(learning, state, "unheard-of")
    for path, headers in ((PAGE, {}), (PART, {"HX-Request": "true"})):
        page = learning.get(path, **headers)
        assert "没有画面" in page.text
        assert "/making" not in page.text
        assert "HX-Refresh" not in page.headers


def test_a_lecture_that_nobody_uploaded_is_an_error_and_no_waiting(
    learning: Scene,
) -> None:
    learning.services["media"].answers["/lectures/v1/grants"] = UNKNOWN
    page = learning.get(PAGE)
    assert page.status_code == 404
    assert "/making" not in page.text
    assert "正在制作" not in page.text


def test_an_open_page_is_loaded_anew_once_the_lecture_is_ready(learning: Scene) -> None:
    is_in(learning, "ready")
    part = learning.get(PART, **{"HX-Request": "true"})
    assert part.headers["HX-Refresh"] == "true"


def test_a_page_that_is_refused_though_all_is_ready_is_not_loaded_for_ever(
    learning: Scene,
) -> None:
    is_in(learning, "ready")
    assert "/making" not in learning.get(PAGE).text


def test_media_away_is_said_with_another_try(learning: Scene) -> None:
    learning.services["media"].hangs = True
    page = learning.get(PAGE)
    assert page.status_code == 503
    assert f'href="{PAGE}">再试</a>' in page.text
    assert "/making" not in page.text


def ticket(**watch: object) -> dict[str, object]:
    """What media grants, before somebody has seen anything unless `watch` says so."""
    seen = {
        "completed": False, "position": 0, "watched": 0, "percent": 0, "covered": [],
        "gaps": [],
    }  # fmt: skip
    return {
        **LECTURE, "state": "ready", "percent": 100, "reason": "", "detail": "",
        "prefix": "/v/t/v1/1", "poster": "p", "playlist": "m", "token": "t",
        "captions": [], "expires": 1, "rate": 1.5, "segment_seconds": 6,
        "watch": seen | watch,
    }  # fmt: skip


def player_of(text: str) -> dict[str, Any]:
    """What the page tells its player."""
    (said,) = re.findall(r'data-player="([^"]*)"', text)
    told: dict[str, Any] = json.loads(html.unescape(said))
    return told


def test_a_record_that_is_away_keeps_nobody_from_watching(learning: Scene) -> None:
    learning.services["learning"].hangs = True
    learning.services["media"].answers["/lectures/v1/grants"] = ticket()
    page = learning.get(PAGE)
    assert page.status_code == 200
    assert 'id="player"' in page.text
    assert "学习档案服务暂时没有回应" in page.text
    assert "未学" not in page.text


def test_the_player_is_told_whose_it_is_and_how_fast_it_may_play(
    learning: Scene,
) -> None:
    learning.services["media"].answers["/lectures/v1/grants"] = ticket()
    page = learning.get(PAGE)
    told = player_of(page.text)
    assert told["grant"]["token"] == "t"
    assert told["earns"]
    assert told["lesson"] == "l1"
    assert re.findall(r'<option value="([^"]*)"', page.text)[-1] == "1.5"
    assert 'preload="none"' in page.text


def test_captions_are_tracks_of_the_video_and_a_list_that_begins_with_off(
    learning: Scene,
) -> None:
    tracks = [
        {"language": "en", "label": "<English>", "address": "/v/t/v1/1/captions/en/1"},
        {"language": "zh-CN", "label": "中文", "address": "/v/t/v1/1/captions/zh-CN/2"},
    ]
    grants = learning.services["media"].answers
    grants["/lectures/v1/grants"] = ticket() | {"captions": tracks}
    text = learning.get(PAGE).text
    found = re.findall(r'<track kind="captions" src="([^"]+)" srclang="([^"]+)"', text)
    assert found == [(track["address"], track["language"]) for track in tracks]
    assert 'label="&lt;English&gt;"' in text
    (listed,) = re.findall(r'<select id="captions">(.*?)</select>', text, re.S)
    assert re.findall(r'value="([^"]*)"', listed) == ["", "en", "zh-CN"]


def test_a_lecture_without_captions_has_no_list_of_them(learning: Scene) -> None:
    learning.services["media"].answers["/lectures/v1/grants"] = ticket() | {
        "captions": []
    }
    text = learning.get(PAGE).text
    assert 'id="captions"' not in text
    assert "<track" not in text


def test_the_player_speaks_the_language_of_the_page(learning: Scene) -> None:
    learning.services["media"].answers["/lectures/v1/grants"] = ticket()
    in_chinese = player_of(learning.get(PAGE).text)["words"]
    in_english = player_of(learning.get(PAGE, "en").text)["words"]
    for group in ("reasons", "troubles"):
        both = zip(in_chinese[group].values(), in_english[group].values(), strict=True)
        assert all(chinese != english for chinese, english in both)


def test_a_lecture_leads_to_the_next_one_that_can_be_watched(learning: Scene) -> None:
    lesson = COURSE["lessons"][0]
    onsite = lesson | {"lesson_id": "l2", "is_completable": False, "kind": "onsite"}
    last = lesson | {"lesson_id": "l3", "title": "第三讲"}
    course = COURSE | {"lessons": [lesson, onsite, last]}
    learning.services["catalog"].answers["/courses/k1"] = course
    learning.services["media"].answers["/lectures/v1/grants"] = ticket()
    page = learning.get(PAGE)
    assert "第 1 讲，共 3 讲" in page.text
    assert page.text.count('href="/learn/k1/l3"') == 3
    assert 'href="/learn/k1/l2"' not in page.text
    assert "看下一讲" not in learning.get("/learn/k1/l3").text
