"""Routes are methods of a class, and a view is one of them."""

from chassis.http.auth import RouteAccess, access_of, allow_everyone
from chassis.http.body_limits import largest_body, limit_body
from chassis.http.routing import Routes, delete, get, patch, post, put, route
from flask import Flask, Response


class NoteRoutes(Routes):
    """The routes of notes."""

    name = "notes"

    def __init__(self, text: str) -> None:
        self.text = text

    @get("/notes")
    @allow_everyone
    def show_note(self) -> Response:
        return Response(self.text)

    @post("/notes")
    @allow_everyone
    @limit_body(7)
    def post_note(self) -> Response:
        return Response(status=201)

    @put("/notes/<id_>")
    def put_note(self, id_: str) -> Response:
        return Response(id_)

    @patch("/notes/<id_>")
    def patch_note(self, id_: str) -> Response:
        return Response(id_)

    @delete("/notes/<id_>")
    def delete_note(self, id_: str) -> Response:
        return Response(id_)

    @route("/both", "GET", "POST")
    def answer_both(self) -> Response:
        return self.show_note()

    def no_view(self) -> None:
        """Nothing marks it."""


def an_app() -> Flask:
    app = Flask("app", static_folder=None)
    app.register_blueprint(NoteRoutes("a note").blueprint())
    return app


def test_marked_methods_are_routes_and_no_other() -> None:
    rules = {
        (method, rule.rule, rule.endpoint)
        for rule in an_app().url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert rules == {
        ("GET", "/notes", "notes.show_note"),
        ("POST", "/notes", "notes.post_note"),
        ("PUT", "/notes/<id_>", "notes.put_note"),
        ("PATCH", "/notes/<id_>", "notes.patch_note"),
        ("DELETE", "/notes/<id_>", "notes.delete_note"),
        ("GET", "/both", "notes.answer_both"),
        ("POST", "/both", "notes.answer_both"),
    }


def test_a_view_answers_with_what_its_class_was_given() -> None:
    assert an_app().test_client().get("/notes").text == "a note"
    assert NoteRoutes("another").show_note().get_data(as_text=True) == "another"


def test_what_marks_a_view_marks_its_route() -> None:
    app = an_app()
    views = app.view_functions
    assert access_of(views["notes.post_note"]) == RouteAccess(is_open=True)
    assert access_of(views["notes.put_note"]) is None
    assert largest_body(app, "POST", "/notes", is_known=True) == 7
