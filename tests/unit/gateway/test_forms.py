"""Forms: what is wrong is said at its field, and nothing that was typed is lost."""

import io
import re

import pytest
from chassis.http.problem import Problem
from contracts.http.shape import Name, Shape
from flask import Flask
from gateway.forms.base import PageForm, apply_problem, field_attributes
from gateway.forms.fields import NumberField, list_choices
from gateway.forms.rules import AtLeast, AtMost, Between, Filled
from gateway.texts.language import L_
from gateway.texts.refusals import REFUSALS
from wtforms import FileField, SelectField, StringField

from tests.unit.gateway.nobody import shown_to_nobody


class ClassForm(PageForm):
    refused_at = {"weak-password": "title"}
    title = StringField(L_("班"), [Filled(), AtMost(5)], description=L_("课程"))
    word = StringField(L_("登录"), [AtLeast(2)], default="ok")
    seats = NumberField(L_("席位"), [Between(1, 9)], default=1)
    kind = SelectField(L_("方式"), choices=list_choices([("a", "A")]), default="a")
    file = FileField(L_("名册"))


@pytest.fixture
def app() -> Flask:
    app = shown_to_nobody().application
    assert isinstance(app, Flask)
    return app


def sent(app: Flask, language: str = "zh", **typed: object) -> ClassForm:
    headers = {"Accept-Language": language}
    with app.test_request_context("/", method="POST", data=typed, headers=headers):
        form = ClassForm.of_request()
        form.is_sent()
        form.texts = [(fault.field_id, fault.text) for fault in form.find_faults()]
        return form


RIGHT = {"title": "t", "word": "ok", "seats": "1", "kind": "a"}


def test_a_form_that_is_right_has_no_faults(app: Flask) -> None:
    assert sent(app, **RIGHT).texts == []


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("title", ""), ("title", "  "), ("title", "sixsix"), ("word", "x"),
        ("seats", "many"), ("seats", "0"), ("seats", ""), ("kind", "b"),
    ],
)  # fmt: skip
def test_every_fault_is_said_once_at_its_field_in_both_languages(
    app: Flask, field: str, typed: str
) -> None:
    chinese = sent(app, **{**RIGHT, field: typed})
    english = sent(app, "en", **{**RIGHT, field: typed})
    assert [at for at, _ in chinese.texts] == [field]
    assert [at for at, _ in english.texts] == [field]
    assert re.search("[一-鿿]", chinese.texts[0][1])
    assert not re.search("[一-鿿]", english.texts[0][1])


class CourseIn(Shape):
    title: Name
    code: str = ""


def test_a_field_takes_as_many_characters_as_its_contract() -> None:
    assert AtMost.of(CourseIn, "title").count == 200
    for name in ("code", "gone"):
        with pytest.raises(LookupError, match=name):
            AtMost.of(CourseIn, name)


def test_what_was_typed_is_shown_again(app: Flask) -> None:
    with app.test_request_context("/", method="POST", data={**RIGHT, "seats": "many"}):
        form = ClassForm.of_request()
        assert not form.is_sent()
        assert 'value="many"' in str(form.seats())
        assert 'value="t"' in str(form.title())


def test_a_file_must_be_picked_again_and_the_form_says_so(app: Flask) -> None:
    with_file = {**RIGHT, "title": "", "file": (io.BytesIO(b"x"), "a.csv")}
    assert sent(app, **with_file).has_lost_file()
    assert not sent(app, **RIGHT).has_lost_file()


def refused(app: Flask, problem: Problem) -> list[tuple[str, str]]:
    with app.test_request_context("/", method="POST", data=RIGHT):
        form = ClassForm.of_request()
        assert form.is_sent()
        apply_problem(form, problem, problem.detail)
        return [(fault.field_id, fault.text) for fault in form.find_faults()]


def test_a_refusal_stands_at_the_field_its_pointer_names(app: Flask) -> None:
    errors = [
        {"pointer": "/seats", "code": "not-found"},
        {"pointer": "/gone/3", "code": "too-long"},
    ]
    assert refused(app, Problem(422, "body-refused", "x", errors=errors)) == [
        ("", REFUSALS["too-long"]),
        ("seats", REFUSALS["not-found"]),
    ]


def test_a_refusal_by_code_alone_stands_where_the_form_says(app: Flask) -> None:
    assert refused(app, Problem(422, "weak-password", "x")) == [
        ("title", REFUSALS["weak-password"])
    ]
    assert refused(app, Problem(409, "not-enrolled", "x")) == [
        ("", REFUSALS["not-enrolled"])
    ]


@pytest.mark.parametrize(("status", "same"), [(422, False), (409, False), (503, True)])
def test_only_what_may_have_happened_is_sent_again_under_the_same_key(
    app: Flask, status: int, same: bool
) -> None:
    with app.test_request_context("/", method="POST", data={**RIGHT, "once": "a" * 20}):
        form = ClassForm.of_request()
        assert form.once_key == "a" * 20
        apply_problem(form, Problem(status, "refused", ""))
        assert (form.once.data == "a" * 20) == same


@pytest.mark.parametrize("once", ["", "short", "x" * 41, "with blanks in it"])
def test_a_key_that_is_none_is_replaced(app: Flask, once: str) -> None:
    with app.test_request_context("/", method="POST", data={"once": once}):
        key = ClassForm.of_request().once.data
        assert key != once
        assert len(key) > 20


def test_a_field_names_its_hint_and_its_fault(app: Flask) -> None:
    with app.test_request_context("/", method="POST", data={**RIGHT, "title": ""}):
        form = ClassForm.of_request()
        form.is_sent()
        assert field_attributes(form.title) == {
            "aria-describedby": "title-hint title-fault",
            "aria-invalid": "true",
        }
    assert field_attributes(form.kind) == {}
