"""The way on to the services: who is told to sign in, and what path arrives."""

import pytest

from tests.unit.gateway.gateway_app import Answer, a_gateway


def test_a_stranger_is_told_to_sign_in_where_that_would_help() -> None:
    gateway = a_gateway()
    learning, catalog = gateway.services["learning"], gateway.services["catalog"]
    learning.answer = Answer(403)
    asked = gateway.get("/api/learning/record")
    assert (asked.status_code, asked.json["title"]) == (401, "sign in first")
    unread = learning.answered
    assert (unread.is_given_up, unread.is_released) == (True, False)
    with gateway.get("/api/learning/record", "officer") as asked:
        assert (asked.status_code, asked.data) == (403, b"{}")
    read = learning.answered
    assert (read.is_given_up, read.is_released) == (False, True)
    assert gateway.get("/api/catalog/courses").status_code == 200
    assert catalog.asked == ["GET /courses"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_nothing_a_stranger_wants_to_change_reaches_a_service(method: str) -> None:
    gateway = a_gateway()
    answer = gateway.open(method, "/api/catalog/courses", data=b"x" * 100)
    assert answer.status_code == 401
    part = gateway.open("PUT", "/api/media/uploads/u/parts/1", data=b"x" * 100)
    assert part.status_code == 401
    assert not any(service.asked for service in gateway.services.values())


def test_a_token_that_is_worth_nothing_is_told_so() -> None:
    gateway = a_gateway()
    for path in ("/api/session", "/api/catalog/courses", "/courses"):
        for token in ("worn-out", ""):
            said = {"Authorization": f"Bearer {token}"}
            answer = gateway.open("GET", path, **said)
            assert (answer.status_code, answer.json["title"]) == (401, "token refused")
    assert gateway.get("/api/session").json["roles"] == ["visitor"]
    said = {"login": "trainee", "password": "p"}
    again = gateway.client.post(
        "/api/session", json=said, headers={"Authorization": "Bearer worn-out"}
    )
    assert again.status_code == 201, "an old token keeps nobody from signing in"


def test_parts_captions_and_pictures_may_be_large_and_nothing_else() -> None:
    gateway, eight = a_gateway(), b"x" * (8 * 1024 * 1024)
    part = "/api/media/uploads/u/parts/1"
    large = {
        part: "PUT",
        "/api/media/lectures/v/captions/zh-CN": "PUT",
        "/api/media/pictures": "POST",
    }
    for path, method in large.items():
        assert gateway.open(method, path, "operator", eight).status_code == 200
    for path in ("/api/catalog/courses", "/api/media/uploads", part + "/x"):
        answer = gateway.open("POST", path, "operator", eight)
        assert (answer.status_code, answer.json["title"]) == (413, "too large")
    assert gateway.services["media"].asked == [
        "PUT /uploads/u/parts/1",
        "PUT /lectures/v/captions/zh-CN",
        "POST /pictures",
    ]
    assert gateway.services["catalog"].asked == []


def test_a_picture_goes_to_whoever_asks_and_nobody_is_looked_for() -> None:
    gateway = a_gateway()
    assert gateway.get("/pictures/p1/640").status_code == 200
    assert gateway.get("/pictures/p1/640", "worn-out").status_code == 200
    assert gateway.services["media"].asked == 2 * ["GET /pictures/p1/640"]


def test_a_body_passes_in_pieces_with_its_length() -> None:
    gateway, eight = a_gateway(), b"x" * (8 * 1024 * 1024)
    media = gateway.services["media"]
    gateway.open("PUT", "/api/media/uploads/u/parts/1", "operator", eight)
    assert b"".join(media.bodies) == eight
    assert max(map(len, media.bodies)) <= 1024 * 1024
    assert media.sent["Content-Length"] == str(len(eight))
    gateway.open("POST", "/api/media/uploads", "operator", b'{"bytes": 1}')
    assert media.bodies == [b'{"bytes": 1}']
    gateway.open("POST", "/api/media/uploads/u/completion", "operator")
    assert media.bodies == []
    assert "Content-Length" not in media.sent


def test_a_body_that_does_not_all_come_is_told_so() -> None:
    answer = a_gateway().client.put(
        "/api/media/uploads/u/parts/1",
        data=b"x" * 10,
        headers={"Authorization": "Bearer operator"},
        environ_overrides={"wsgi.input_terminated": True, "CONTENT_LENGTH": "11"},
    )
    assert answer.status_code == 400
    assert str(answer.json["type"]).endswith("/body-cut")


@pytest.mark.parametrize(
    ("path", "arrives"),
    [
        ("/courses/a%3Flimit=200", "/courses/a%3Flimit=200"),
        ("/courses/a%23b", "/courses/a%23b"),
        ("/courses/%252e%252e", "/courses/%252e%252e"),
        ("/courses/课程", "/courses/%E8%AF%BE%E7%A8%8B"),
        ("/courses/", "/courses"),
    ],
)
def test_an_id_arrives_as_it_is(path: str, arrives: str) -> None:
    gateway = a_gateway()
    assert gateway.get(f"/api/catalog{path}", "operator").status_code == 200
    assert gateway.services["catalog"].asked == [f"GET {arrives}"]


@pytest.mark.parametrize(
    "path",
    [
        "/api/catalog/courses/..",
        "/api/catalog/courses/%2e%2e/metrics",
        "/api/catalog/./metrics",
        "/api/catalog/courses/a%2Fpublication",
        "/api/catalog/metrics",
        "/api/nosuch/courses",
        "/v/x-sessiontrainee-y/../../metrics",
        "/v/x-sessiontrainee-y/%2e%2e/%2e%2e/metrics",
    ],
)
def test_no_path_leads_elsewhere(path: str) -> None:
    gateway = a_gateway()
    assert gateway.get(path, "trainee").status_code == 404
    assert not any(service.asked for service in gateway.services.values())


def test_a_stream_is_asked_for_in_the_name_of_whoever_is_signed_in() -> None:
    gateway = a_gateway()
    assert gateway.get("/v/token/l/1/a.m4s").status_code == 401
    assert gateway.services["media"].asked == []
    assert gateway.get("/v/token/l/1/a.m4s", "trainee").status_code == 200
    assert gateway.services["media"].asked == ["GET /v/token/l/1/a.m4s"]


def test_metrics_are_for_operators_and_who_bears_the_token() -> None:
    gateway = a_gateway()
    said = {who: gateway.get("/metrics", who).status_code for who in (
        "", "worn-out", "trainee", "officer", "operator", "scraper",
    )}  # fmt: skip
    assert said == {
        "": 401, "worn-out": 401, "trainee": 403, "officer": 403,
        "operator": 200, "scraper": 200,
    }  # fmt: skip
    by_cookie = gateway.get("/metrics", Cookie="biyong_session=operator")
    assert by_cookie.status_code == 200


@pytest.mark.parametrize(("who", "status"), [("", 401), ("trainee", 403)])
def test_nobody_but_an_operator_makes_the_gateway_ask_itself(
    who: str, status: int
) -> None:
    """Whoever could would hold its threads against each other."""
    gateway = a_gateway()
    answer = gateway.get("/api/gateway/events/parked", who)
    assert (answer.status_code, gateway.services["gateway"].asked) == (status, [])
    assert gateway.get("/api/gateway/events/parked", "operator").status_code == 200
    assert gateway.services["gateway"].asked == ["GET /events/parked"]


@pytest.mark.parametrize("path", ["operations", "api/session", "courses", "livez"])
def test_the_gateway_is_asked_by_itself_of_its_events_alone(path: str) -> None:
    gateway = a_gateway()
    answer = gateway.get(f"/api/gateway/{path}", "operator")
    assert (answer.status_code, gateway.services["gateway"].asked) == (404, [])
