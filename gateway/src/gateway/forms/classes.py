"""Forms of training classes: the search, the course to open one of, a new class."""

from contracts.http.catalog import CancellationIn, ClassIn
from contracts.http.class_seats import MOST_SEATS
from wtforms import (
    DateField,
    HiddenField,
    RadioField,
    SearchField,
    SelectField,
    StringField,
)

from gateway.forms.base import PageForm
from gateway.forms.fields import NumberField, list_choices
from gateway.forms.quotas import QuotaForm
from gateway.forms.rules import AtMost, Between, Filled, trim_line
from gateway.texts.classes import ADMISSIONS, FORMS
from gateway.texts.language import L_, gettext


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
        return read_version(self.version.data)


class CancellationForm(PageForm):
    """Why a class is cancelled."""

    reason = StringField(
        L_("原因"),
        [Filled(), AtMost.of(CancellationIn, "reason")],
        description=L_("写在通知里和班级页上，人人看得到：请不要写个人的事"),
    )


class ClassForm(ParticularsForm, QuotaForm):
    """A class to open; `course` is whose run it is. It is made with rows for quotas."""

    refused_at = {"wrong-dates": "ends_on", "quota-repeated": "quota_branch_1"}
    course = HiddenField(default="", filters=[trim_line(80)])
    project = HiddenField(default="", filters=[trim_line(80)])
    capacity = NumberField(L_("席位"), [Filled(), Between(1, MOST_SEATS)])
    admission = RadioField(
        L_("怎么报名"),
        choices=[],
        default="branch",
        validate_choice=False,
    )

    def offer_choices(self) -> None:
        """The forms of a class, and how people get in, to pick from."""
        super().offer_choices()
        self.admission.choices = list_choices(
            (code, gettext(text)) for code, text in ADMISSIONS.items()
        )


class SeatsForm(QuotaForm):
    """The seats of a class that is there; `version` is the one that was seen, `sure`
    is written once the effect was looked at. It is made with rows for quotas."""

    refused_at = {"capacity-below-taken": "capacity"}
    version = HiddenField(default="0")
    sure = HiddenField(default="")
    capacity = NumberField(L_("席位"), [Filled(), Between(1, MOST_SEATS)])

    @property
    def seen_version(self) -> int:
        """The version that its editor saw; one that is none is told as 0."""
        return read_version(self.version.data)


def read_version(written: str | None) -> int:
    """The version that a form says; one that is none is told as 0."""
    text = written or ""
    return int(text) if text.isdecimal() and len(text) < 10 else 0
