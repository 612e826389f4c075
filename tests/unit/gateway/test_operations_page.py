"""The pages of operators, before services that answer, refuse or hang."""

import re
from typing import Any

import pytest
from chassis.http.problem import Problem
from chassis.operations.shapes import Changed, Edit, Which
from gateway.clients.caller import PAGE_SECONDS
from gateway.clients.services import NAMES
from gateway.identity.account import OPERATOR
from gateway.pages.operator.operations import OperationPages

from tests.unit import operators
from tests.unit.gateway.scene import Scene, scene

LANGUAGES = pytest.mark.parametrize("language", ["zh", "en"])


@pytest.fixture(name="pages")
def _pages() -> Scene:
    made = scene(OperationPages(), OPERATOR)
    for service in made.services.values():
        service.answers |= {f"/events/{name}": [] for name in operators.LISTS}
        service.answers |= {
            "/events/health": [operators.health()],
            "/events/overview": [operators.overview()],
        }
    return made


def told(page: str, name: str) -> list[str]:
    """The values of a `data-` attribute, in the order of the page."""
    return re.findall(rf'data-{name}="([^"]*)"', page)


def told_by(pages: Scene, service: str, **overview: Any) -> None:
    """The service's store has this to tell."""
    said = [operators.overview(**overview)]
    pages.services[service].answers["/events/overview"] = said


def states(page: str) -> dict[str, str]:
    """What is said of each service's queues."""
    rows = re.findall(r'<tr data-service="(\w+)">(.*?)</tr>', page, re.S)
    return {service: told(row, "state")[0] for service, row in rows}


def numbers(page: str, service: str) -> list[str]:
    """The numbers in a service's row of the queues."""
    [row] = re.findall(rf'<tr data-service="{service}">(.*?)</tr>', page, re.S)
    return re.findall(r'data-name="[^"]*">(\d+)<', row)


def test_every_service_and_the_gateway_itself_is_asked(pages: Scene) -> None:
    page = pages.get("/operations").text
    assert states(page) == dict.fromkeys(NAMES, "whole")
    assert "gateway" in NAMES


@LANGUAGES
def test_what_waits_to_be_published_stands_there_with_its_reason(
    pages: Scene, language: str
) -> None:
    assert told(pages.get("/operations", language).text, "backlog") == []
    told_by(pages, "learning", backlog=operators.BACKLOG)
    page = pages.get("/operations", language).text
    assert told(page, "backlog") == ["hours", "records"]
    assert "&lt;learning&gt;.[x].p07" in page
    assert "%(" not in page


@LANGUAGES
def test_work_that_fails_again_and_again_stands_there_with_its_reason(
    pages: Scene, language: str
) -> None:
    assert told(pages.get("/operations", language).text, "failing") == []
    told_by(pages, "learning", failures=operators.FAILURES)
    page = pages.get("/operations", language).text
    assert told(page, "failing") == ["making-up"]
    assert "&lt;[k2]&gt;" in page
    assert "%(" not in page


@pytest.mark.parametrize(
    ("queues", "state"),
    [
        (operators.ONE_DEAD, "dead"),
        ([operators.queue("l.p00", there=False)], "missing"),
        ([operators.queue("l.p00", unbound=("a.type.v1",))], "missing"),
    ],
)
def test_queues_that_are_not_well_are_named(
    pages: Scene, queues: Any, state: str
) -> None:
    pages.services["learning"].answers["/events/queues"] = queues
    page = pages.get("/operations").text
    assert states(page)["learning"] == state
    assert states(page)["media"] == "whole"


def test_queues_are_summed_by_their_kinds(pages: Scene) -> None:
    kinds = [
        operators.queue("l.p00", 5),
        operators.queue("l.parked", 2, 0, kind="parked"),
    ]
    pages.services["learning"].answers["/events/queues"] = kinds
    assert numbers(pages.get("/operations").text, "learning") == ["1", "5", "2"]


def test_what_waits_is_shown_although_the_bus_is_away(pages: Scene) -> None:
    learning = pages.services["learning"]
    learning.answers["/events/queues"] = Problem(503, "bus-away", "No bus.")
    told_by(pages, "learning", backlog=operators.BACKLOG, failures=operators.FAILURES)
    page = pages.get("/operations").text
    assert states(page)["learning"] == "away"
    assert told(page, "backlog") == ["hours", "records"]
    assert told(page, "failing") == ["making-up"]


def test_projections_of_a_service_that_hangs_are_not_left_out_silently(
    pages: Scene,
) -> None:
    pages.services["notify"].hangs = True
    assert told(pages.get("/operations/models").text, "away") == ["notify"]


@pytest.mark.parametrize("action", ["rebuild", "stop"])
def test_a_rebuild_is_begun_and_stopped_from_the_page(
    pages: Scene, action: str
) -> None:
    notify = pages.services["notify"]
    notify.answers["/events/models"] = [operators.model("filling")]
    page = pages.get("/operations/models").text
    assert told(page, "state") == ["filling"]
    notify.answers[f"/events/models/{action}"] = operators.model("stopped")
    form = {"model": "titles", "action": action}
    answer = pages.client.post("/operations/notify/models", data=form)
    assert (answer.status_code, answer.location) == (303, "/operations#models")


def test_a_service_that_hangs_costs_the_page_no_more_than_its_time(
    pages: Scene,
) -> None:
    pages.services["learning"].hangs = True
    page = pages.get("/operations").text
    assert set(told(page, "away")) == {"learning"}
    assert states(page)["learning"] == "away"
    assert 0 < pages.services["learning"].waited < PAGE_SECONDS


@pytest.mark.parametrize("action", ["replay", "drop"])
def test_what_is_picked_is_passed_on_as_it_is(pages: Scene, action: str) -> None:
    learning = pages.services["learning"]
    learning.answers[f"/events/parked/{action}"] = Changed(2)
    form = {"action": action, "cause": "c1", "why": "a test"}
    answer = pages.client.post("/operations/learning/parked", data=form)
    assert answer.location == f"/operations?done={action}&n=2"
    assert learning.bodies == [Which(cause="c1", why="a test")]


def test_an_edit_that_is_refused_comes_back_as_it_was_typed(pages: Scene) -> None:
    learning = pages.services["learning"]
    learning.answers["/events/parked/one"] = refuse_edit
    form = {"action": "edit", "key": "k", "event": "k.1.0", "data": '{"fen": "<7>"}'}
    answer = pages.client.post("/operations/learning/parked", data=form)
    assert answer.status_code == 422
    assert "{&#34;fen&#34;: &#34;&lt;7&gt;&#34;}" in answer.text
    assert learning.bodies[0] == Edit(key="k", text=form["data"], event="k.1.0")


def refuse_edit(query: dict[str, str]) -> Any:
    """A service that shows the sequence, and takes no other data for it."""
    if not query:
        raise Problem(422, "event-refused", "data/fen: no number")
    return operators.sequence(query["id"])


@pytest.mark.parametrize("service", ["nowhere", "threads", "named"])
@pytest.mark.parametrize("action", ["drop", "edit", "take-back"])
def test_no_other_name_is_asked(pages: Scene, service: str, action: str) -> None:
    form = {"action": action, "key": "k"}
    path = f"/operations/{service}/parked"
    assert pages.get(f"{path}?key=k").status_code == 404
    assert pages.client.post(path, data=form).status_code == 404


@pytest.mark.parametrize("room", ["parked", "models"])
def test_an_action_that_there_is_not_is_refused(pages: Scene, room: str) -> None:
    form = {"action": "delete", "key": "k", "model": "m"}
    answer = pages.client.post(f"/operations/learning/{room}", data=form)
    assert (answer.status_code, pages.services["learning"].asked) == (422, [])
