"""Forms that search: sent by address, never refused."""

from collections.abc import Iterable

from contracts.http.catalog import AreaOut
from wtforms import SearchField, SelectField, StringField

from gateway.forms.base import PageForm
from gateway.forms.fields import list_choices
from gateway.forms.rules import Filled, trim_line
from gateway.texts.language import L_, gettext


class CourseSearchForm(PageForm):
    """Words and a module."""

    q = SearchField(
        L_("找课程"),
        filters=[trim_line(100)],
        default="",
        render_kw={"placeholder": L_("找课程：试试“协商”或“TRIZ”")},
    )
    module = SelectField(
        L_("模块"), filters=[trim_line(80)], default="", validate_choice=False
    )

    def offer_modules(self, areas: Iterable[AreaOut]) -> None:
        """The modules to pick from, by their areas."""
        self.module.choices = list_choices([("", gettext("全部模块"))])
        for area in areas:
            modules = [(one.code, one.name) for one in area.modules]
            self.module.choices += list_choices(modules, area.name)


class EventSearchForm(PageForm):
    """Words, and whose events for whom."""

    q = SearchField(
        L_("找事件"),
        filters=[trim_line(100)],
        default="",
        render_kw={
            "accesskey": "f",
            "placeholder": L_("找事件：试试“录取”或“person_id”"),
        },
    )


class ApiSearchForm(PageForm):
    """Words about operations of the API."""

    q = SearchField(
        L_("找接口"),
        filters=[trim_line(100)],
        default="",
        render_kw={
            "accesskey": "f",
            "placeholder": L_("找接口：试试“roster”、“学员”或“PUT”"),
        },
    )


class CertificateForm(PageForm):
    """The number of a certificate."""

    number = StringField(
        L_("证书编号"),
        filters=[trim_line(200)],
        default="",
        render_kw={
            "placeholder": "BY-2026-XXXX-XXXX-XXXX",
            "required": True,
            "autofocus": True,
        },
    )


class OperationSearchForm(PageForm):
    """What somebody quotes to an operator: an id, or whom or which roster it is about.
    It is sent in the body: no name and no phone stands in an address."""

    words = SearchField(
        L_("错误编号、姓名、电话或名册名称"),
        [Filled()],
        filters=[trim_line(200)],
        default="",
        render_kw={
            "accesskey": "f",
            "autocomplete": "off",
            "placeholder": L_("错误编号、姓名、电话或名册名称"),
        },
    )


class TraceForm(PageForm):
    """An id to follow."""

    id = StringField(
        L_("请求号、事件号或报名号"),
        filters=[trim_line(200)],
        default="",
        render_kw={
            "placeholder": L_("请求号、事件号或报名号"),
            "required": True,
        },
    )
