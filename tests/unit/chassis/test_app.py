"""What every app does before and beside its routes."""

import threading
from collections.abc import Iterator

import pytest
from chassis.http.app import create_app
from chassis.http.auth import allow_everyone, is_bearer, require_bearer
from chassis.http.body_limits import FORM_SIZE, LARGE, SMALL, largest_body, limit_body
from chassis.http.readiness import BROKEN, SILENT, Readiness
from flask import Flask, Response, request
from pymongo.errors import ServerSelectionTimeoutError
from structlog.testing import capture_logs

TOKEN = "3f9ac1b2-person-session-lecture-signature"


def an_app() -> Flask:
    app = create_app("app", None, guard_metrics=lambda: require_bearer("scraper"))

    @app.post("/forms")
    @allow_everyone
    def form() -> str:
        return str(len(request.get_data()))

    @app.put("/files/<id_>")
    @allow_everyone
    @limit_body(LARGE)
    def file(id_: str) -> str:
        return str(len(request.get_data()))

    @app.get("/things/<id_>")
    @allow_everyone
    def thing(id_: str) -> Response:
        return Response(id_)

    @app.get("/things/<id_>/<int:number>")
    @allow_everyone
    def numbered(id_: str, number: int) -> str:
        return str(number)

    @app.get("/v/<token>/<path:path>")
    @allow_everyone
    def stream(token: str, path: str) -> str:
        if path == "away":
            raise ServerSelectionTimeoutError(f"no answer for {path}")
        raise ValueError(path)

    return app


@pytest.mark.parametrize(
    ("method", "path", "is_known", "most"),
    [
        ("POST", "/forms", True, SMALL),
        ("POST", "/forms", False, FORM_SIZE),
        ("PUT", "/files/a", True, LARGE),
        ("PUT", "/files/a", False, 0),
        ("POST", "/files/a", True, 0),
        ("POST", "/nosuch", True, 0),
        ("POST", "/files//a", True, 0),
        ("BREW", "/\udcff\0", True, 0),
    ],
)
def test_each_route_says_how_much_it_takes_and_no_route_takes_nothing(
    method: str, path: str, is_known: bool, most: int
) -> None:
    assert largest_body(an_app(), method, path, is_known) == most


def test_a_route_is_held_to_it_whatever_server_runs_the_app() -> None:
    client, known = an_app().test_client(), {"Authorization": "x"}
    assert client.post("/forms", data=b"a" * (FORM_SIZE + 1)).status_code == 413
    assert client.post("/forms", data=b"a" * SMALL, headers=known).status_code == 200
    assert client.put("/files/a", data=b"a", headers=known).status_code == 200
    refused = client.put("/files/a", data=b"a")
    assert (refused.status_code, refused.json["title"]) == (413, "too large")


@pytest.mark.parametrize("path", ["/things/a%2Fb", "/things/a%2f1", "/things/%2f"])
def test_a_slash_within_an_id_makes_no_other_route(path: str) -> None:
    assert an_app().test_client().get(path).status_code == 404


@pytest.mark.parametrize("number", ["9" * 10, "9" * 5000, "-1", "1.0", "٣", "x"])
def test_a_number_that_no_store_keeps_is_not_found(number: str) -> None:
    answer = an_app().test_client().get(f"/things/a/{number}")
    assert answer.status_code == 404


def test_a_redirect_stays_on_the_site_whatever_host_was_named() -> None:
    named = {"Host": "evil.example"}
    answer = an_app().test_client().get("/things//x?a=b", headers=named)
    assert (answer.status_code, answer.headers["Location"]) == (308, "/things/x?a=b")


def test_a_wrong_method_is_told_which_are_right() -> None:
    answer = an_app().test_client().get("/forms")
    assert (answer.status_code, answer.json["title"]) == (405, "method not allowed")
    assert answer.headers["Allow"] == "OPTIONS, POST"


def test_no_answer_repeats_the_path() -> None:
    answer = an_app().test_client().get(f"/v/{TOKEN}")
    assert (answer.status_code, TOKEN in answer.text) == (404, False)


@pytest.mark.parametrize(("path", "status"), [("away", 503), ("broken", 500)])
def test_what_failed_is_logged_by_its_route(path: str, status: int) -> None:
    with capture_logs() as lines:
        answer = an_app().test_client().get(f"/v/{TOKEN}/{path}?q=secret")
    assert answer.status_code == status
    assert [line["route"] for line in lines] == ["/v/<token>/<path:path>"]
    assert TOKEN not in f"{lines}{answer.text}"


def test_metrics_are_for_who_bears_the_token() -> None:
    client = an_app().test_client()
    assert client.get("/metrics").status_code == 401
    for said in ("Bearer", "Bearer no", "Basic scraper", "Bearer scrapers"):
        refused = client.get("/metrics", headers={"Authorization": said})
        assert refused.status_code == 401
        assert refused.headers["WWW-Authenticate"] == "Bearer"
    good = client.get("/metrics", headers={"Authorization": "bearer scraper"})
    assert (good.status_code, "biyong_http" in good.text) == (200, True)


def test_an_empty_token_opens_nothing() -> None:
    with an_app().test_request_context(headers={"Authorization": "Bearer "}):
        assert not is_bearer("")


@pytest.fixture
def hangs() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()


def test_a_part_that_hangs_is_away_in_time_and_is_asked_once(
    hangs: threading.Event,
) -> None:
    asked = []

    def hang() -> None:
        asked.append(1)
        hangs.wait(30)

    def fail() -> str:
        raise ConnectionRefusedError

    checks = {"store": hang, "bus": fail, "objects": lambda: None}
    readiness = Readiness(checks, wait_seconds=0.1)
    away = {"store": SILENT, "bus": "no answer: ConnectionRefusedError"}
    assert readiness.find_away() == away
    assert readiness.find_away() == away
    assert len(asked) == 1
    hangs.set()
    readiness.wait_seconds = 10
    assert set(readiness.find_away()) == {"bus"}


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_check_that_breaks_leaves_its_part_away() -> None:
    def broken() -> str:
        raise KeyError("x")

    assert Readiness({"store": broken}).find_away() == {"store": BROKEN}
    for thread in threading.enumerate():
        if thread.name == "check-store":
            thread.join()
