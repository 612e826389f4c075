"""How far a person is in lectures: of each its newest edition, one's own alone."""

from typing import Any, cast

import pytest
from chassis.http.app import create_app
from chassis.http.auth import Caller
from chassis.http.problem import install_refusals
from flask import g
from flask.testing import FlaskClient
from media.api.watching import WatchingRoutes
from media.domain.errors import Refusal
from media.domain.watch import WatchRecord, pick_newest
from media.wiring import STATUSES

from tests.doubles.aliases import groups_of
from tests.unit.media.fakes import WatchingInMemory

HALF = WatchRecord("wang", "v1", 2, 60.0, ((0.0, 30.0),), position=30.0)
OLDER = WatchRecord("wang", "v1", 1, 90.0, ((0.0, 90.0),), 90.0, completed=True)
OTHER = WatchRecord("wang", "v2", 1, 60.0, ((0.0, 6.0),), position=6.0)
FOREIGN = WatchRecord("li", "v1", 2, 60.0, ((0.0, 60.0),), position=60.0)


@pytest.fixture
def client() -> FlaskClient:
    """Wang before the route, and records of two people behind it."""
    app = create_app("media", None)
    install_refusals(app, Refusal, STATUSES)

    @app.before_request
    def speak_for_wang() -> None:
        g.caller = Caller("gateway", person="wang", roles=frozenset({"trainee"}))

    kept = WatchingInMemory()
    for record in (HALF, OTHER, FOREIGN):
        kept.open_record(record, "s")
    nothing = cast(Any, None)
    routes = WatchingRoutes(nothing, nothing, nothing, kept, groups_of())
    app.register_blueprint(routes.blueprint())
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = "Bearer shown"
    return client


def test_one_is_told_how_far_one_is_and_nothing_of_others(client: FlaskClient) -> None:
    answer = client.get("/watching?lecture_ids=v1,v3")
    assert answer.json == [
        {
            "lecture_id": "v1",
            "edition": 2,
            "position": 30.0,
            "percent": 50,
            "completed": False,
        }
    ]


def test_lectures_must_be_named_and_not_too_many(client: FlaskClient) -> None:
    assert client.get("/watching").status_code == 422
    many = ",".join(f"v{number}" for number in range(101))
    assert client.get(f"/watching?lecture_ids={many}").status_code == 422


def test_the_newest_edition_says_where_to_go_on_and_any_that_it_is_done() -> None:
    (found,) = pick_newest([HALF, OLDER])
    assert (found.edition, found.position, found.completed) == (2, 30.0, True)
    assert found.percent == 100
    assert pick_newest([]) == []
    assert {one.lecture_id for one in pick_newest([OTHER, HALF])} == {"v1", "v2"}
