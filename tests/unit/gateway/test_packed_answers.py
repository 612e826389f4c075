"""Pages are packed, but none that holds a secret."""

import gzip

import pytest
from flask import Flask, Response
from gateway.api.packed_answers import install_packed_answers

LONG = "<p>页</p>" * 1000


def answer_to(answer: Response, accepts: str = "gzip") -> Response:
    app = Flask("gateway", static_folder=None)
    app.add_url_rule("/", "page", lambda: answer)
    install_packed_answers(app)
    return app.test_client().get("/", headers={"Accept-Encoding": accepts})


def test_a_long_page_is_packed_for_who_takes_it_so() -> None:
    packed = answer_to(Response(LONG))
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data).decode() == LONG
    assert int(packed.headers["Content-Length"]) == len(packed.data)
    assert "Accept-Encoding" in packed.headers["Vary"]
    plain = answer_to(Response(LONG), "identity")
    assert (plain.text, plain.headers.get("Content-Encoding")) == (LONG, None)


@pytest.mark.parametrize(
    "answer",
    [
        Response(LONG, headers={"Cache-Control": "no-store, no-transform"}),
        Response(LONG, content_type="application/json"),
        Response("short"),
        Response(iter([LONG])),
        Response(LONG, headers={"Content-Encoding": "br"}),
    ],
    ids=["secret", "data", "short", "stream", "packed"],
)
def test_other_answers_go_as_they_are(answer: Response) -> None:
    assert answer_to(answer).headers.get("Content-Encoding") != "gzip"
