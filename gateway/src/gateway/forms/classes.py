"""Forms of training classes: the search, the course to open one of, a new class."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from contracts.http.catalog import CancellationIn, ClassIn
from wtforms import DateField, HiddenField, SearchField, SelectField, StringField
from wtforms.fields import Field
from wtforms.form import FormMeta
from wtforms.validators import Optional

from gateway.forms.base import PageForm
from gateway.forms.branches import offer_branches
from gateway.forms.fields import NumberField, list_choices
from gateway.forms.rules import AtMost, Between, Filled, trim_line
from gateway.texts.classes import FORMS
from gateway.texts.language import L_, gettext

QUOTA_ROWS = 20
"""The districts of the city and some: who caps more branches sends them as data."""
MOST_SEATS = 100_000
"""As the contract has it."""


@dataclass(frozen=True)
class QuotaRow:
    """The two fields of one quota: whose it is, and how many seats."""

    branch: Field
    seats: Field

    @property
    def is_written(self) -> bool:
        """Whether something was written in it."""
        return bool(self.branch.data or any(self.seats.raw_data or ()))


class ClassSearchForm(PageForm):
    """Words in the title; the state is a tab, the course comes from its page."""

    state = HiddenField(default="")
    course = HiddenField(default="", filters=[trim_line(80)])
    q = SearchField(
        L_("找班级"),
        filters=[trim_line(100)],
        default="",
        render_kw={"placeholder": L_("班级名称里的词")},
    )


class CourseChoiceForm(PageForm):
    """Words by which the course of a new class is found; the project comes along."""

    project = HiddenField(default="", filters=[trim_line(80)])
    q = SearchField(
        L_("找课程"),
        filters=[trim_line(100)],
        default="",
        render_kw={"placeholder": L_("课程、主讲或课时的名称")},
    )


class DayField(DateField):
    """A day in a browser's own calendar, which is shown no day that there is not."""

    def _value(self) -> str:
        return self.data.isoformat() if self.data else ""


class ParticularsForm(PageForm):
    """What of a class can be changed: its title, days, form and place."""

    refused_at = {"wrong-dates": "ends_on"}
    title = StringField(
        L_("班级名称"),
        [Filled(), AtMost.of(ClassIn, "title")],
        description=L_("学员在班级页和证书上看到的名称，最好写明期次"),
    )
    starts_on = DayField(L_("开始日期"), [Filled()])
    ends_on = DayField(
        L_("结束日期"),
        [Filled()],
        description=L_("这一天还能报名和学习，次日起不再录取"),
    )
    form = SelectField(
        L_("方式"),
        [Filled()],
        choices=[],
        validate_choice=False,
        render_kw={"required": False},  # no choice is empty
    )
    point = StringField(
        L_("教学点"),
        [AtMost.of(ClassIn, "point")],
        description=L_("线上班可以不填"),
    )

    def offer_choices(self) -> None:
        """The forms of a class to pick from."""
        self.form.choices = list_choices(
            (code, gettext(text)) for code, text in FORMS.items()
        )


class ClassEditForm(ParticularsForm):
    """The particulars of a class that is there; `version` is the one that was seen."""

    version = HiddenField(default="0")

    @property
    def seen_version(self) -> int:
        """The version that its editor saw; one that is none is told as 0."""
        written = self.version.data or ""
        return int(written) if written.isdecimal() and len(written) < 10 else 0


class CancellationForm(PageForm):
    """Why a class is cancelled."""

    reason = StringField(
        L_("原因"),
        [Filled(), AtMost.of(CancellationIn, "reason")],
        description=L_("写在通知里和班级页上，人人看得到：请不要写个人的事"),
    )


class ClassForm(ParticularsForm):
    """A class to open; `course` is whose run it is."""

    refused_at = {"wrong-dates": "ends_on", "quota-repeated": "quota_branch_1"}
    course = HiddenField(default="", filters=[trim_line(80)])
    project = HiddenField(default="", filters=[trim_line(80)])
    capacity = NumberField(L_("席位"), [Filled(), Between(1, MOST_SEATS)])

    def quota_rows(self) -> Iterator[QuotaRow]:
        """The fields of all quotas, row by row."""
        for row in range(1, QUOTA_ROWS + 1):
            yield QuotaRow(self[f"quota_branch_{row}"], self[f"quota_seats_{row}"])

    def has_quotas(self) -> bool:
        """Whether something was written in one of their rows."""
        return any(row.is_written for row in self.quota_rows())


def _quota_fields() -> dict[str, Field]:
    fields: dict[str, Field] = {}
    for row in range(1, QUOTA_ROWS + 1):
        fields[f"quota_branch_{row}"] = StringField(
            L_("单位"), filters=[trim_line(200)], default="", render_kw=offer_branches()
        )
        fields[f"quota_seats_{row}"] = NumberField(
            L_("最多几席"), [Optional(), Between(0, MOST_SEATS)]
        )
    return fields


NewClassForm = cast(
    type[ClassForm], FormMeta("NewClassForm", (ClassForm,), _quota_fields())
)
"""A class to open, with rows for the quotas of branches."""
