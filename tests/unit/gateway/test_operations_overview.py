"""What an operator is told first: what is wrong, what is not known, or that all is
well."""

import time
from typing import Any

import pytest
from chassis.http.problem import Problem
from chassis.operations.overview import RetryStatus
from chassis.operations.presence import RoomStatus
from gateway.clients.services import NAMES
from gateway.identity.account import OPERATOR
from gateway.pages.operator.operations import OperationPages

from tests.unit import operators
from tests.unit.gateway.scene import Scene, scene
from tests.unit.gateway.test_operations_page import numbers, told, told_by

LANGUAGES = pytest.mark.parametrize("language", ["zh", "en"])
GIB = 2**30
AWAY = Problem(503, "store-away", "No store.")


@pytest.fixture(name="pages")
def _pages() -> Scene:
    made = scene(OperationPages(), OPERATOR)
    for service in made.services.values():
        service.answers |= {
            "/events/queues": [operators.queue("q.p00")],
            "/events/health": [operators.health()],
            "/events/overview": [operators.overview()],
        }
    return made


def well_by(pages: Scene, service: str, **health: Any) -> None:
    """The service says this of how it is."""
    pages.services[service].answers["/events/health"] = [operators.health(**health)]


def findings(pages: Scene, language: str = "zh") -> list[tuple[str, str]]:
    """What the page names, each with its service."""
    page = pages.get("/operations", language).text
    assert "%(" not in page
    found = list(zip(told(page, "finding"), told(page, "of"), strict=True))
    assert ("data-healthy" in page) == (not found)
    return found


@LANGUAGES
def test_where_all_is_well_the_page_says_so(pages: Scene, language: str) -> None:
    assert findings(pages, language) == []


@LANGUAGES
def test_of_a_service_that_hangs_nothing_is_told_but_that(
    pages: Scene, language: str
) -> None:
    pages.services["notify"].hangs = True
    assert findings(pages, language) == [("away", "notify")]
    page = pages.get("/operations", language).text
    assert numbers(page, "notify") == []
    assert numbers(page, "media") == ["1", "0", "0"]
    assert told(page, "untold") == ["notify"]


def test_a_page_whose_services_all_hang_is_there_within_two_seconds(
    pages: Scene,
) -> None:
    for service in pages.services.values():
        service.hangs = service.really = True
    began = time.monotonic()
    assert findings(pages) == [("away", name) for name in NAMES]
    assert time.monotonic() - began < 2.0


def test_each_service_is_asked_three_questions(pages: Scene) -> None:
    pages.get("/operations")
    asked = [len(service.asked) for service in pages.services.values()]
    assert asked == [3] * len(NAMES)


def test_a_store_that_hangs_takes_only_what_it_keeps(pages: Scene) -> None:
    pages.services["learning"].answers["/events/overview"] = AWAY
    assert findings(pages) == [("store", "learning")]
    page = pages.get("/operations").text
    assert numbers(page, "learning") == ["1", "0", "0"]
    assert "learning" in told(page, "away")


def test_a_part_that_a_service_cannot_use_is_named_with_its_reason(
    pages: Scene,
) -> None:
    well_by(pages, "media", away={"objects": "no answer: <ObjectsUnavailable>"})
    assert findings(pages) == [("part", "media")]
    page = pages.get("/operations").text
    assert told(page, "part") == ["objects"]
    assert "&lt;ObjectsUnavailable&gt;" in page


@pytest.mark.parametrize(
    ("roles", "missing"),
    [
        (["web", "worker", "relay"], 0),
        (["web", "web"], 2),
        (["web", "relay"], 1),
        (["all"], 0),
    ],
)
def test_a_role_that_no_process_does_is_named(
    pages: Scene, roles: list[str], missing: int
) -> None:
    processes = [
        operators.process(role, id=f"p{n}", pid=n) for n, role in enumerate(roles)
    ]
    well_by(pages, "notify", role="web", processes=processes)
    assert findings(pages) == [("role", "notify")] * missing
    well_by(pages, "notify", role="web", processes=processes, up=5.0)
    assert findings(pages) == [], "who has just started has not seen the others yet"


@LANGUAGES
def test_a_process_that_was_not_seen_for_long_does_nothing_any_more(
    pages: Scene, language: str
) -> None:
    worker = operators.process("worker", id="p2", unseen=90.0, is_unseen=True)
    well_by(pages, "media", processes=[operators.process("web"), worker])
    assert findings(pages, language) == [
        ("role", "media"),
        ("role", "media"),
        ("unseen", "media"),
    ]


def test_whose_processes_were_not_looked_at_of_late_are_not_known(
    pages: Scene,
) -> None:
    well_by(pages, "media", looked=300.0)
    assert findings(pages) == [("blind", "media")]


@LANGUAGES
def test_two_releases_beside_each_other_are_named(pages: Scene, language: str) -> None:
    well_by(pages, "media", processes=[operators.process(release="0.2.0")])
    assert findings(pages, language) == [("releases", "")]
    page = pages.get("/operations", language).text
    assert told(page, "releases") == ["0.1.0 0.2.0"]


def test_an_older_release_that_does_not_know_the_question_is_not_away(
    pages: Scene,
) -> None:
    for name in ("health", "overview"):
        del pages.services["catalog"].answers[f"/events/{name}"]
    assert findings(pages) == [("untold", "catalog")]


@pytest.mark.parametrize(
    ("told_of", "kinds"),
    [
        ({"parked": [operators.group("k")]}, ["parked"]),
        ({"retries": RetryStatus(3, 400.0)}, ["retries"]),
        ({"retries": RetryStatus(3, 4.0)}, []),
        ({"backlog": operators.BACKLOG}, ["backlog"]),
        ({"failures": operators.FAILURES}, ["failing"]),
        ({"jobs": [operators.job("chunks", waiting=2, seconds=61.0)]}, ["late"]),
        ({"jobs": [operators.job("transcodes", waiting=2, seconds=61.0)]}, []),
        ({"jobs": [operators.job("transcodes", failed=30)]}, []),
        ({"jobs": [operators.job("mail", failed=10)]}, ["failed"]),
        ({"jobs": [operators.job("mail", failed=9)]}, []),
        ({"jobs": [operators.job("sms", limited=1)]}, ["limited"]),
        ({"jobs": [operators.job("of-tomorrow", waiting=1, seconds=9e9)]}, ["late"]),
    ],
)
@LANGUAGES
def test_what_a_store_tells_is_judged(
    pages: Scene, told_of: Any, kinds: list[str], language: str
) -> None:
    told_by(pages, "notify", **told_of)
    assert findings(pages, language) == [(kind, "notify") for kind in kinds]


@pytest.mark.parametrize(
    ("free", "total", "kinds"),
    [(50 * GIB, 100 * GIB, []), (9 * GIB, 100 * GIB, ["room"]), (GIB, GIB, ["room"])],
)
def test_a_disk_that_gets_full_is_named(
    pages: Scene, free: int, total: int, kinds: list[str]
) -> None:
    rooms = [RoomStatus("work", free, total)]
    well_by(pages, "media", processes=[operators.process(rooms=rooms)])
    assert findings(pages) == [(kind, "media") for kind in kinds]
    assert told(pages.get("/operations").text, "room") == ["work"]


@pytest.mark.parametrize(("waiting", "kinds"), [(5, ["not-taken"]), (0, [])])
def test_events_that_nobody_takes_are_named(
    pages: Scene, waiting: int, kinds: list[str]
) -> None:
    long_ago = operators.process(handled="2026-11-25T12:00:00+00:00")
    well_by(pages, "learning", processes=[long_ago])
    queues = [operators.queue("l.p00", waiting)]
    pages.services["learning"].answers["/events/queues"] = queues
    assert findings(pages) == [(kind, "learning") for kind in kinds]
