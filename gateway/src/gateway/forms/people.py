"""The forms about the people of a branch."""

from collections.abc import Iterable
from typing import ClassVar

from contracts.http.catalog import ClassOut
from contracts.http.enrollment import BranchOut
from contracts.http.gateway import MOST_CODES
from contracts.http.reminders import MOST_REMINDED
from wtforms import HiddenField, SelectField, SelectMultipleField, StringField

from gateway.forms.base import PageForm
from gateway.forms.fields import list_choices
from gateway.forms.rules import AtMost, Filled, trim_line
from gateway.texts import N_
from gateway.texts.language import L_, gettext
from gateway.texts.participants import SIDES

IN, OUT = "in", "out"
"""Who has taken up the account, and who has not."""
MOST_PICKED = 50
"""Branches that are picked from a list; among more one writes a name."""


class MembersForm(PageForm):
    """Whose members are listed."""

    branch = SelectField(L_("单位"), choices=[], default="", validate_choice=False)

    def offer_branches(self, branches: list[BranchOut]) -> None:
        """What there is to choose; who has one branch is not asked which."""
        every = ("", gettext("本单位与下级"))
        named = [(one.id, one.name) for one in branches]
        self.branch.choices = list_choices([every, *named])


class InvitationsForm(PageForm):
    """Whose invitations are listed: a branch picked from a few, or written among
    many."""

    branch = SelectField(
        L_("单位"), filters=[trim_line(80)], default="", validate_choice=False
    )
    branch_words = StringField(
        L_("单位"),
        default="",
        filters=[trim_line(200)],
        render_kw={"placeholder": L_("单位的名称或编号")},
    )

    def offer_branches(self, branches: list[BranchOut], picked: str) -> None:
        """What there is to choose; who has one branch is not asked which."""
        if len(branches) > MOST_PICKED:
            del self.branch
            return
        del self.branch_words
        if len(branches) < 2:
            del self.branch
            return
        every = ("", gettext("本单位与下级"))
        named = [(one.id, one.name) for one in branches]
        self.branch.choices = list_choices([every, *named])
        self.branch.data = picked


class PeopleFilterForm(InvitationsForm):
    """Which people are listed: of a branch, of a class and how they stand in it, with
    or without an account."""

    branch = SelectField(
        L_("单位"),
        id="listed-branch",  # the search beside it has a field of this name too
        filters=[trim_line(80)],
        default="",
        validate_choice=False,
    )
    class_id = SelectField(L_("班级"), choices=[], default="", validate_choice=False)
    state = SelectField(L_("情况"), choices=[], default="", validate_choice=False)
    account = SelectField(L_("账号"), choices=[], default="", validate_choice=False)

    def offer_classes(self, classes: Iterable[ClassOut]) -> None:
        """The classes to pick from; how one stands is asked only of one of them."""
        every = ("", gettext("不论班级"))
        named = [(one.id, one.title) for one in classes]
        self.class_id.choices = list_choices([every, *named])
        self.account.choices = list_choices(
            [
                ("", gettext("不论账号")),
                (IN, gettext("已启用")),
                (OUT, gettext("未启用")),
            ]
        )
        if self.class_id.data:
            sides = [(side, gettext(text)) for side, text in SIDES.items()]
            self.state.choices = list_choices(sides)
        else:
            del self.state


class CodesForm(PageForm):
    """The people whom a sheet is for."""

    person = SelectMultipleField(
        L_("学员"),
        [
            Filled(N_("请先选中要打印的学员")),
            AtMost(MOST_CODES, N_("一次最多打印 %(n)s 人：请分几次")),
        ],
        choices=[],
        validate_choice=False,
    )


class PickedForm(PageForm):
    """People who were picked in a list: they themselves, or their enrolments where it
    is one of a class."""

    nobody: ClassVar[str] = N_("请先在列表里选中学员")
    person = SelectMultipleField(
        L_("学员"),
        [AtMost(MOST_REMINDED, N_("一次最多选 %(n)s 人：请分几次"))],
        choices=[],
        validate_choice=False,
    )
    enrolment = SelectMultipleField(
        L_("学员"),
        [AtMost(MOST_REMINDED, N_("一次最多选 %(n)s 人：请分几次"))],
        choices=[],
        validate_choice=False,
    )

    def is_sent(self) -> bool:
        """Whether somebody is picked, and not too many."""
        is_right = super().is_sent()
        if is_right and not (self.person.data or self.enrolment.data):
            self.refuse(gettext(self.nobody), "person")
            return False
        return is_right


class RemindersForm(PickedForm):
    """The people who are reminded of a class."""

    nobody = N_("请先选中要提醒的学员")


class InviteesForm(PickedForm):
    """The people who are invited again; `class_id` is that of their enrolments."""

    class_id = HiddenField(default="")


class ActivationForm(PageForm):
    """A code from a sheet."""

    refused_at = {"code-refused": "code"}
    code = StringField(
        L_("激活码"),
        [Filled()],
        description=L_("激活单上的 12 位字母和数字，大小写和横线不限"),
        render_kw={
            "autocomplete": "one-time-code",
            "autocapitalize": "characters",
            "spellcheck": "false",
            "autofocus": True,
        },
    )
