"""A view takes what its parameters say and answers what it returns."""

import pytest
from chassis.http.app import create_app
from chassis.http.auth import allow_everyone
from chassis.http.editing import Edit
from chassis.http.routing import Routes, delete, get, post, put
from chassis.http.views import Answered
from contracts.http.shape import Answer, Ids, Name, Query, Shape
from flask.testing import FlaskClient


class NoteIn(Shape):
    """A note to write."""

    text: Name


class NotesQuery(Query):
    """Which notes."""

    ids: Ids = []
    limit: int = 10


class NoteOut(Answer):
    """A note as it is kept."""

    id: str
    text: str
    version: int


class CountOut(Answer):
    """How many notes there are."""

    notes: list[str]
    limit: int


class NoteRoutes(Routes):
    """The routes of notes."""

    name = "notes"

    def __init__(self) -> None:
        self.edits: list[Edit] = []

    @get("/notes")
    @allow_everyone
    def list_notes(self, asked: NotesQuery) -> CountOut:
        return CountOut(notes=asked.ids, limit=asked.limit)

    @get("/notes/<id_>")
    @allow_everyone
    def show_note(self, id_: str) -> NoteOut:
        return NoteOut(id=id_, text="written", version=7)

    @post("/notes", status=201)
    @allow_everyone
    def post_note(self, asked: NoteIn) -> NoteOut:
        return NoteOut(id="n1", text=asked.text, version=1)

    @put("/notes/<id_>")
    @allow_everyone
    def replace_note(self, id_: str, asked: NoteIn, edit: Edit) -> Answered[NoteOut]:
        self.edits.append(edit)
        return Answered(NoteOut(id=id_, text=asked.text, version=8), 202)

    @delete("/notes/<id_>")
    @allow_everyone
    def remove_note(self, id_: str, edit: Edit | None) -> NoteOut:
        self.edits.append(edit or Edit(None))
        return NoteOut(id=id_, text="", version=9)


@pytest.fixture
def routes() -> NoteRoutes:
    return NoteRoutes()


@pytest.fixture
def client(routes: NoteRoutes) -> FlaskClient:
    app = create_app("bare", None)
    app.register_blueprint(routes.blueprint())
    return app.test_client()


def test_a_view_is_a_method_that_a_test_can_call(routes: NoteRoutes) -> None:
    assert routes.show_note("n1").text == "written"


def test_a_query_is_read_with_commas_between_what_is_listed(
    client: FlaskClient,
) -> None:
    assert client.get("/notes?ids=a,b&limit=3").json == {
        "notes": ["a", "b"],
        "limit": 3,
    }
    assert client.get("/notes?ids=").json == {"notes": [], "limit": 10}


@pytest.mark.parametrize("query", ["limit=x", "other=1", "ids=a,%20b", "ids=a/b"])
def test_a_query_that_does_not_fit_is_refused(client: FlaskClient, query: str) -> None:
    got = client.get(f"/notes?{query}")
    assert (got.status_code, got.mimetype) == (422, "application/problem+json")


def test_more_ids_than_a_batch_takes_are_refused(client: FlaskClient) -> None:
    ids = ",".join(f"n{number}" for number in range(101))
    assert client.get(f"/notes?ids={ids}").status_code == 422


def test_a_body_is_read_and_the_status_is_the_routes(client: FlaskClient) -> None:
    got = client.post("/notes", json={"text": " new "})
    assert (got.status_code, got.json) == (
        201,
        {"id": "n1", "text": "new", "version": 1},
    )
    assert client.post("/notes", json={"text": ""}).status_code == 422


def test_what_has_a_version_has_an_etag_by_which_it_is_asked_again(
    client: FlaskClient,
) -> None:
    first = client.get("/notes/n1")
    assert (first.headers["ETag"], first.headers["Cache-Control"]) == (
        '"7"',
        "private, no-cache",
    )
    again = client.get("/notes/n1", headers={"If-None-Match": '"7"'})
    assert (again.status_code, again.data) == (304, b"")
    older = client.get("/notes/n1", headers={"If-None-Match": '"6"'})
    assert older.status_code == 200


@pytest.mark.parametrize(
    ("tag", "status"),
    [(None, 428), ("", 428), ("7", 412), ('"x"', 412), ('"7", "8"', 412)],
)
def test_an_edit_says_which_version_it_saw(
    client: FlaskClient, routes: NoteRoutes, tag: str | None, status: int
) -> None:
    headers = {} if tag is None else {"If-Match": tag}
    got = client.put("/notes/n1", json={"text": "new"}, headers=headers)
    assert (got.status_code, routes.edits) == (status, [])


def test_an_edit_has_the_version_or_whichever_there_is(
    client: FlaskClient, routes: NoteRoutes
) -> None:
    for tag in ('"7"', 'W/"7"', "*"):
        got = client.put("/notes/n1", json={"text": "new"}, headers={"If-Match": tag})
        assert (got.status_code, got.headers["ETag"]) == (202, '"8"')
    assert routes.edits == [Edit(7), Edit(7), Edit(None)]


def test_an_edit_that_need_not_say_may(client: FlaskClient, routes: NoteRoutes) -> None:
    client.delete("/notes/n1")
    client.delete("/notes/n1", headers={"If-Match": '"7"'})
    assert client.delete("/notes/n1", headers={"If-Match": "7"}).status_code == 412
    assert routes.edits == [Edit(None), Edit(7)]


def test_a_parameter_that_no_request_brings_is_no_route() -> None:
    class Odd(Routes):
        """A view that takes what cannot be read."""

        name = "odd"

        @get("/odd")
        def show(self, number: int) -> CountOut:
            raise NotImplementedError

    with pytest.raises(TypeError):
        Odd().blueprint()
