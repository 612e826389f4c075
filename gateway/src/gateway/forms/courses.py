"""Forms of the course editor: the search, a new course, what a course says."""

import re
from collections.abc import Iterable

from contracts.http.catalog import AreaOut
from contracts.http.drafts import CourseIn
from wtforms import (
    FileField,
    HiddenField,
    SearchField,
    SelectField,
    StringField,
    TextAreaField,
)

from gateway.forms.base import PageForm
from gateway.forms.fields import list_choices
from gateway.forms.rules import AtMost, Filled, trim_line
from gateway.texts.courses import FIELDS, LANGUAGES, SORTS
from gateway.texts.language import L_, gettext

PICTURE_TYPES = "image/jpeg,image/png,image/webp"
RATE = re.compile(r"[12]\.[0-9]{1,6}")
RATES = ("1.0", "1.25", "1.5", "2.0")
"""What the player offers and the catalogue allows."""


def offer_modules(field: SelectField, areas: Iterable[AreaOut], first: str) -> None:
    """The modules to pick from, by their areas; `first` stands for none. The one that
    is picked already is always among them."""
    found = list(areas)
    codes = {module.code for area in found for module in area.modules}
    picked = field.data or ""
    choices = list_choices([("", first)])
    for area in found:
        pairs = [(module.code, module.name) for module in area.modules]
        choices += list_choices(pairs, area.name)
    if picked and picked not in codes:
        choices += list_choices([(picked, picked)])
    field.choices = choices


class DraftSearchForm(PageForm):
    """Words, a module, an order; the state is a tab."""

    state = HiddenField(default="")
    q = SearchField(
        L_("找课程"),
        filters=[trim_line(100)],
        default="",
        render_kw={"placeholder": L_("课程、主讲或课时的名称")},
    )
    module = SelectField(
        L_("模块"), filters=[trim_line(80)], default="", validate_choice=False
    )
    sort = SelectField(L_("排序"), default="edited", choices=[], validate_choice=False)

    def offer_choices(self, areas: Iterable[AreaOut]) -> None:
        """The modules and the orders to pick from."""
        offer_modules(self.module, areas, gettext("全部模块"))
        self.sort.choices = list_choices((n, gettext(t)) for n, t in SORTS.items())


class NewCourseForm(PageForm):
    """What a course has from its first day."""

    refused_at = {"unknown-module": "module"}
    title = StringField(
        L_("课程名称"),
        [Filled(), AtMost.of(CourseIn, "title")],
        render_kw={"autofocus": True},
    )
    module = SelectField(L_("模块"), [Filled()], choices=[], validate_choice=False)
    teacher = StringField(L_("主讲"), [AtMost.of(CourseIn, "teacher")])


class CourseForm(PageForm):
    """What a course says, beside its lessons.

    `version` is the one that its editor saw, `base` what it said then.
    """

    refused_at = {"unknown-module": "module", "module-fixed": "module"}
    version = HiddenField(default="0")
    base = HiddenField(default="")
    picture = HiddenField(default="")
    title = StringField(L_(FIELDS["title"]), [Filled(), AtMost.of(CourseIn, "title")])
    module = SelectField(
        L_(FIELDS["module"]), [Filled()], choices=[], validate_choice=False
    )
    teacher = StringField(L_(FIELDS["teacher"]), [AtMost.of(CourseIn, "teacher")])
    language = SelectField(L_(FIELDS["language"]), choices=[], default="")
    summary = TextAreaField(L_(FIELDS["summary"]), [AtMost.of(CourseIn, "summary")])
    fastest = SelectField(
        L_(FIELDS["fastest"]),
        choices=[],
        default="2.0",
        validate_choice=False,
        description=L_("学员可以放得更快，但不计学时"),
    )
    picture_file = FileField(
        L_("换图片"),
        description=L_("JPEG、PNG 或 WebP，至少 640 × 360，不超过 8 MB；裁成 16:9"),
        render_kw={"accept": PICTURE_TYPES},
    )
    picture_alt = StringField(
        L_(FIELDS["picture_alt"]),
        [AtMost.of(CourseIn, "picture_alt")],
        description=L_("图上是什么，给看不见图的人听"),
    )

    def offer_choices(self, areas: Iterable[AreaOut]) -> None:
        """The modules and rates to pick from, its own among them; the languages."""
        offer_modules(self.module, areas, gettext("请选择"))
        languages = ((code, gettext(text)) for code, text in LANGUAGES.items())
        self.language.choices = list_choices(languages)
        own = self.fastest.data or ""
        rates = {*RATES, own} if RATE.fullmatch(own) else set(RATES)
        pairs = [(rate, f"{rate} ×") for rate in sorted(rates, key=float)]
        self.fastest.choices = list_choices(pairs)

    @property
    def seen_version(self) -> int:
        """The version that the editor saw; one that is none is told as 0."""
        written = self.version.data or ""
        return int(written) if written.isdecimal() and len(written) < 10 else 0
