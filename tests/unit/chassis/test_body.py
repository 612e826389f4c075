"""Bodies and queries: a typed struct, or a problem that names the fault."""

import json
from io import BytesIO
from typing import Annotated, Any

import msgspec
import pytest
from chassis.http import problem
from chassis.http.body import json_response, open_body, read_body, read_query
from chassis.http.problem import Problem
from contracts.http.shape import Count, Id, Line, LongText, Name, Shape, Text
from flask import Flask, Response
from hypothesis import given, settings
from hypothesis import strategies as st


class RowIn(Shape):
    """A part of a body."""

    name: Name
    note: Text = ""


class BodyIn(Shape):
    """A body with all that bodies hold."""

    id: Id
    count: Count = 0
    share: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.0
    rows: Annotated[list[RowIn], msgspec.Meta(max_length=3)] = []
    words: dict[Name, Text] = {}


class SaidIn(Shape):
    """Texts of all kinds."""

    title: Name
    point: Line
    text: LongText
    topics: list[Name]
    words: dict[Name, Text]


class PageIn(Shape):
    """A query."""

    q: Text = ""
    limit: Annotated[int, msgspec.Meta(ge=1, le=500)] = 100


def an_app() -> Flask:
    app = Flask("tried")
    problem.install_problems(app)

    @app.post("/")
    def take() -> Response:
        return json_response(read_body(BodyIn))

    @app.get("/")
    def find() -> Response:
        return json_response(read_query(PageIn))

    return app


APP = an_app()


def send(content: bytes, type_: str = "application/json") -> Any:
    return APP.test_client().post("/", data=content, content_type=type_)


def require_problem(got: Any, *statuses: int) -> dict[str, Any]:
    assert got.status_code in statuses
    assert got.content_type == "application/problem+json"
    said: dict[str, Any] = json.loads(got.data)
    assert said["status"] == got.status_code
    assert said["detail"]
    return said


def test_a_good_body_becomes_the_struct() -> None:
    content = b'{"id": "a-1", "count": 3, "rows": [{"name": "n"}]}'
    with APP.test_request_context(
        "/", method="POST", data=content, content_type="application/json"
    ):
        assert read_body(BodyIn) == BodyIn(id="a-1", count=3, rows=[RowIn(name="n")])


def test_a_body_is_a_file_that_can_go_back() -> None:
    with APP.test_request_context("/", method="POST", data=b"content"):
        file = open_body()
        assert (file.read(3), file.seek(0), file.read()) == (b"con", 0, b"content")


def test_what_another_server_gives_to_be_read_once_can_go_back_too() -> None:
    class ReadOnce:
        """What PEP 3333 asks of an input, and no more, as gunicorn gives it."""

        def __init__(self) -> None:
            self.read = BytesIO(b"content").read

    given = {"wsgi.input": ReadOnce(), "wsgi.input_terminated": True}
    with (
        APP.test_request_context("/", method="POST", environ_overrides=given),
        open_body() as file,
    ):
        assert (file.read(3), file.seek(0), file.read()) == (b"con", 0, b"content")


def test_a_query_becomes_the_struct_with_its_defaults() -> None:
    with APP.test_request_context("/?q=%E5%B7%A5%E4%BC%9A&limit=5"):
        assert read_query(PageIn) == PageIn(q="工会", limit=5)
    with APP.test_request_context("/"):
        assert read_query(PageIn) == PageIn()


def test_a_body_that_is_not_said_to_be_json_is_refused_with_what_is_wanted() -> None:
    said = require_problem(send(b"{}", "text/plain"), 415)
    assert said["wanted"] == "application/json"
    with (
        APP.test_request_context("/", method="POST", data=b"{}"),
        pytest.raises(Problem) as raised,
    ):
        read_body(BodyIn)
    assert raised.value.status == 415


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"not json",
        b'{"id": "a"}x',
        b"\xff\xfe{",
        b'{"id": "\xff"}',
        b'{"id": NaN}',
        b'{"id": "a", "count": 01}',
        b"\x00",
        '{"id": "a"}'.encode("utf-16"),
    ],
)
def test_what_is_no_json_is_a_problem(content: bytes) -> None:
    require_problem(send(content), 400, 422)


@pytest.mark.parametrize(
    "content",
    [
        b"null",
        b"[]",
        b'"a"',
        b"{}",
        b'{"id": null}',
        b'{"id": 7}',
        b'{"id": ""}',
        b'{"id": "a b"}',
        b'{"id": "a\\n"}',
        b'{"id": "a\\u0000"}',
        b'{"id": "../etc"}',
        b'{"id": {"$ne": 1}}',
        b'{"id": {"$gt": ""}}',
        b'{"id": "$where"}',
        b'{"id": "a", "$where": "1"}',
        b'{"id": "a", "__raw__": {"x": 1}}',
        b'{"id": "a", "unknown": 1}',
        b'{"id": "a", "count": "3"}',
        b'{"id": "a", "count": 1.5}',
        b'{"id": "a", "count": true}',
        b'{"id": "a", "count": -1}',
        b'{"id": "a", "count": 1000001}',
        b'{"id": "a", "share": 1e999}',
        b'{"id": "a", "share": 2}',
        b'{"id": "a", "rows": {}}',
        b'{"id": "a", "rows": [1]}',
        b'{"id": "a", "rows": [{}, {}, {}, {}]}',
        b'{"id": "a", "rows": [{"name": ""}]}',
        b'{"id": "a", "rows": [{"name": "n\\u0000"}]}',
        b'{"id": "a", "rows": [{"name": "n", "note": "\\u001b[2J"}]}',
        b'{"id": "a", "rows": [{"name": "n", "$set": {}}]}',
        b'{"id": "a", "words": {"": "x"}}',
        b'{"id": "a", "words": {"k": {"$ne": 1}}}',
        b'{"id": "a", "words": {"k\\u0000": "x"}}',
        json.dumps({"id": "a", "rows": [{"name": "n" * 201}]}).encode(),
    ],
)
def test_a_body_that_does_not_fit_is_a_problem_of_its_own(content: bytes) -> None:
    said = require_problem(send(content), 422)
    assert said["type"].endswith("/body-refused")


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("一\n二", "text-control"),
        ("一\r二", "text-control"),
        ("一\t二", "text-control"),
        ("一\u2028二", "text-control"),
        ("一\u0085二", "text-control"),
        ("一\u202e二", "text-invisible"),
        ("一\u200b二", "text-invisible"),
        ("一\u2066二", "text-invisible"),
        ("一\ue000二", "text-unreadable"),
        (" \u3000 ", "text-missing"),
    ],
)
def test_a_name_is_one_line_that_everybody_sees(name: str, reason: str) -> None:
    for said in ({"rows": [{"name": name}]}, {"words": {name: "x"}}):
        content = json.dumps({"id": "a", **said}).encode()
        problem = require_problem(send(content), 422)
        assert reason in problem["detail"]
        assert name not in problem["detail"]


def test_lines_and_texts_come_in_the_form_in_which_they_are_kept() -> None:
    said = {
        "title": " 劳动  法 ", "point": "", "text": "一\r\n二\n",
        "topics": ["a ", " b"], "words": {" k ": "v"},
    }  # fmt: skip
    content = json.dumps(said).encode()
    with APP.test_request_context(
        "/", method="POST", data=content, content_type="application/json"
    ):
        read = read_body(SaidIn)
    assert (read.title, read.point, read.text) == ("劳动 法", "", "一\n二")
    assert (read.topics, read.words) == (["a", "b"], {"k": "v"})


def test_a_problem_names_the_place_of_the_fault() -> None:
    got = send(b'{"id": "a", "rows": [{"name": "n"}, {"name": 5}]}')
    assert "rows[1].name" in require_problem(got, 422)["detail"]


@pytest.mark.parametrize(
    "content",
    [
        b'{"id": "a", "count": 1' + b"0" * 5000 + b"}",
        b'{"id": "a", "count": -1' + b"0" * 400 + b"}",
        b'{"id": "a", "share": 1' + b"0" * 5000 + b"}",
        b'{"id": "a", "share": 0.' + b"1" * 5000 + b"}",
        b'{"id": ' + b"9" * 100_000 + b"}",
        b"[" * 100_000,
        b'{"id": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"id": "a", "words": ' + b'{"a": ' * 50_000 + b"1" + b"}" * 50_001,
        b'{"id": "a", "rows": ' + b"[" * 2000 + b"]" * 2000 + b"}",
        b'{"\\ud800": 1, "id": "a"}',
        b'{"id": "\\ud800"}',
        b'{"id": "a", "\\u0000": 1}',
        b'{"id": "a", "words": {"\\udfff": "x"}}',
    ],
)
def test_huge_numbers_deep_nesting_and_half_letters_never_break_the_server(
    content: bytes,
) -> None:
    assert send(content).status_code in (200, 400, 422)


@pytest.mark.parametrize(
    "asked",
    [
        "limit=0",
        "limit=501",
        "limit=abc",
        "limit=",
        "limit=1e3",
        "limit=" + "9" * 5000,
        "limit[$ne]=1",
        "q=%00",
        "q=" + "a" * 201,
        "$where=1",
        "__raw__=1",
        "unknown=1",
    ],
)
def test_a_query_that_does_not_fit_is_a_problem(asked: str) -> None:
    said = require_problem(APP.test_client().get(f"/?{asked}"), 422)
    assert said["type"].endswith("/query-refused")


@pytest.mark.parametrize("asked", ["q=%ff%fe", "q=%ED%A0%80", "q=a&q=b", "&&=&"])
def test_a_strange_query_never_breaks_the_server(asked: str) -> None:
    assert APP.test_client().get(f"/?{asked}").status_code in (200, 422)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=10,
)


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.sampled_from(["id", "count", "share", "rows", "words", "x"]),
                       anything))  # fmt: skip
def test_any_json_is_taken_or_a_problem(said: dict[str, Any]) -> None:
    assert send(json.dumps(said).encode()).status_code in (200, 400, 422)


@given(st.binary(max_size=100))
def test_any_bytes_are_a_problem(content: bytes) -> None:
    require_problem(send(content), 400, 422)
