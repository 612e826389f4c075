"""The path that one service asks another by."""

from typing import Any
from urllib.parse import unquote

import pytest
import urllib3
from chassis.http.client import quoted
from chassis.http.problem import Problem
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.routing import Map, Rule

ROUTES = Map(
    [
        Rule("/courses/<id>", endpoint="course"),
        Rule("/courses/<id>/publication", endpoint="publication"),
        Rule("/courses", endpoint="courses"),
        Rule("/metrics", endpoint="metrics"),
    ],
    strict_slashes=False,
)


def reached(path: str) -> tuple[str, dict[str, Any]]:
    """The route and the id that a service sees, as urllib3 sends the path."""
    sent = urllib3.util.parse_url(f"http://catalog:8000{path}").request_uri
    found: tuple[str, dict[str, Any]] = ROUTES.bind("").match(
        unquote(sent.partition("?")[0])
    )
    return found


@pytest.mark.parametrize(
    "id_",
    [
        "a?limit=200",
        "a#b",
        "100%",
        "%2e%2e",
        "%2F",
        "课程",
        "a b",
        "a\0b",
        "..%2f",
        "a;b",
    ],
)
def test_an_id_arrives_as_that_id(id_: str) -> None:
    assert reached(quoted(("courses", id_))) == ("course", {"id": id_})


@pytest.mark.parametrize("id_", ["", ".", "..", "a/publication", "../metrics", "/"])
def test_what_no_id_can_be_is_not_found(id_: str) -> None:
    with pytest.raises(Problem) as refused:
        quoted(("courses", id_))
    assert (refused.value.status, refused.value.slug) == (404, "not-found")


@given(st.text(st.characters(exclude_categories=("Cs",))))
def test_no_id_becomes_another_route(id_: str) -> None:
    try:
        path = quoted(("courses", id_))
    except Problem:
        return
    assert reached(path) == ("course", {"id": id_})
