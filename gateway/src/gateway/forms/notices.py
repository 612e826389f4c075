"""The forms about notices: how one is told."""

from collections.abc import Mapping
from typing import Any, cast

from contracts.http.announcements import AnnouncementIn
from contracts.http.notify import TellingIn, TellingOut
from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.widgets import TimeInput

from gateway.forms.base import PageForm
from gateway.forms.fields import list_choices
from gateway.forms.rules import AtMost, Filled, trim_line
from gateway.texts.language import L_, gettext
from gateway.texts.notices import NOTICE_KINDS, WAYS, WAYS_WITHOUT_SMS, ZONES


class TellingForm(PageForm):
    """The way of each kind of notice, in fields named `way-KIND`; quiet hours, and the
    time of the digest."""

    refused_at = {"channel-missing": ""}
    quiet_from = StringField(
        L_("安静时段从"), filters=[trim_line(5)], default="", widget=TimeInput()
    )
    quiet_until = StringField(
        L_("安静时段到"),
        filters=[trim_line(5)],
        default="",
        widget=TimeInput(),
        description=L_("可以过午夜，如 22:00 到 07:00；两个都不填就没有安静时段"),
    )
    digest_at = StringField(
        L_("每日汇总邮件的时间"),
        [Filled()],
        filters=[trim_line(5)],
        default="18:00",
        widget=TimeInput(),
    )
    zone = SelectField(L_("时区"), choices=[], default="Asia/Shanghai")

    def way_of(self, kind: str) -> SelectField:
        """The field in which the way of a kind of notice is chosen."""
        return cast(SelectField, self[f"way-{kind}"])

    def offer_choices(self, now: TellingOut) -> None:
        """What there is to choose here and now."""
        for kind in NOTICE_KINDS:
            ways = WAYS if kind in now.by_message else WAYS_WITHOUT_SMS
            chosen = now.ways.get(kind, "auto")
            self.way_of(kind).choices = _translate(
                ways if chosen in ways else {**ways, chosen: WAYS[chosen]}
            )
        zones = ZONES if now.zone in ZONES else {**ZONES, now.zone: now.zone}
        self.zone.choices = _translate(zones)

    def show_chosen(self, now: TellingOut) -> None:
        """Show what was chosen before."""
        for kind in NOTICE_KINDS:
            self.way_of(kind).data = now.ways.get(kind, "auto")
        for name in ("quiet_from", "quiet_until", "digest_at", "zone"):
            self[name].data = getattr(now, name)

    def to_telling(self) -> TellingIn:
        """What was chosen."""
        chosen = {kind: self.way_of(kind).data for kind in NOTICE_KINDS}
        return TellingIn(
            ways={kind: way for kind, way in chosen.items() if way != "auto"},
            quiet_from=self.quiet_from.data or "",
            quiet_until=self.quiet_until.data or "",
            digest_at=self.digest_at.data or "",
            zone=self.zone.data,
        )


def _translate(texts: Mapping[str, str]) -> list[Any]:
    return list_choices((value, gettext(text)) for value, text in texts.items())


class AnnouncementForm(PageForm):
    """What is told everybody in a class."""

    refused_at = {"too-many-announcements": ""}
    title = StringField(
        L_("标题"),
        [Filled(), AtMost.of(AnnouncementIn, "title")],
        filters=[trim_line(200)],
        default="",
    )
    text = TextAreaField(
        L_("内容"),
        [Filled(), AtMost.of(AnnouncementIn, "text")],
        default="",
        description=L_("只写文字；网址会原样显示，不会变成链接"),
        render_kw={"rows": 5},
    )
    with_waiting = BooleanField(L_("候补的人也告诉"))


for _kind, _label in NOTICE_KINDS.items():
    setattr(
        TellingForm, f"way-{_kind}", SelectField(L_(_label), choices=[], default="auto")
    )
