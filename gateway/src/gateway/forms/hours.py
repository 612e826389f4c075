"""Forms by which staff correct hours and revoke certificates."""

import re
import unicodedata
from decimal import Decimal

from contracts.http.learning import HoursAdditionIn, HoursCorrectionIn, RevocationIn
from fields.texts import written_line
from wtforms import BooleanField, Form, HiddenField, RadioField, StringField
from wtforms.fields import Field
from wtforms.validators import ValidationError

from gateway.forms.base import PageForm
from gateway.forms.fields import NumberField, list_choices
from gateway.forms.rules import AtMost, Between, Filled, Written, trim_line
from gateway.texts import N_
from gateway.texts.language import L_, gettext

MOST_HOURS = 100
"""As the contract has it: twice the yearly target."""
HOURS = re.compile(r"[0-9]{1,3}(\.[0-9]{1,4})?")
GIVE, TAKE = "give", "take"
NOT_IN_PLACE = L_("本人会看到，也会写进审计记录：不要写姓名和号码")


class WholeQuarters:
    """Hours in quarters, more than none."""

    def __call__(self, form: Form, field: Field) -> None:
        if not read_quarters(field.data or ""):
            text = gettext(N_("请写 0.25 到 %(n)s，以四分之一为单位，如 0.5、1.25"))
            raise ValidationError(text % {"n": MOST_HOURS})


def read_quarters(written: str) -> int:
    """Quarter hours as somebody wrote hours, in full width too; 0 for what is none."""
    plain = unicodedata.normalize("NFKC", written).strip()
    if not HOURS.fullmatch(plain):
        return 0
    quarters = Decimal(plain) * 4
    is_whole = quarters == quarters.to_integral_value()
    return int(quarters) if is_whole and quarters <= MOST_HOURS * 4 else 0


class ReasonForm(PageForm):
    """Why, and what its writer had seen."""

    seen = HiddenField(default="0")
    reason = StringField(
        L_("理由"),
        [Filled(), AtMost.of(HoursCorrectionIn, "reason"), Written(written_line)],
        filters=[trim_line(400)],
        description=NOT_IN_PLACE,
    )

    def read_seen(self) -> int:
        """How many entries its writer had seen; none for what is no number."""
        seen = self.seen.data or ""
        return int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 5 else 0


class CorrectionForm(ReasonForm):
    """More or fewer hours for one entry."""

    refused_at = {"hours-below-zero": "hours"}
    way = RadioField(
        L_("怎样更正"),
        [Filled(N_("请选加还是减"))],
        choices=[],
        validate_choice=True,
    )
    hours = StringField(
        L_("多少学时"),
        [Filled(), WholeQuarters()],
        filters=[trim_line(40)],
        description=L_("以四分之一为单位，如 0.5、1.25"),
        render_kw={"inputmode": "decimal"},
    )

    def __init__(self, *given: object, **values: object) -> None:
        super().__init__(*given, **values)
        ways = [(TAKE, gettext("减去")), (GIVE, gettext("加上"))]
        self.way.choices = list_choices(ways)

    def read_change(self) -> int:
        """Quarter hours, below zero where they are taken away."""
        quarters = read_quarters(self.hours.data or "")
        return -quarters if self.way.data == TAKE else quarters


class AdditionForm(ReasonForm):
    """Hours that somebody earned elsewhere."""

    title = StringField(
        L_("学习内容"),
        [Filled(), AtMost.of(HoursAdditionIn, "title"), Written(written_line)],
        filters=[trim_line(400)],
        description=L_("如：2026 年 5 月现场教学"),
    )
    year = NumberField(L_("计入哪一年"), [Between(2000, 2100)])
    hours = StringField(
        L_("多少学时"),
        [Filled(), WholeQuarters()],
        filters=[trim_line(40)],
        description=L_("以四分之一为单位，如 0.5、1.25"),
        render_kw={"inputmode": "decimal"},
    )


class UndoingForm(ReasonForm):
    """Which correction is taken back, and why."""

    correction = HiddenField(default="")


class RevocationForm(PageForm):
    """Why a certificate does not hold any more; everybody may read it."""

    reason = StringField(
        L_("理由"),
        [Filled(), AtMost.of(RevocationIn, "reason"), Written(written_line)],
        filters=[trim_line(400)],
        description=L_("查验的人都会看到：不要写姓名和号码"),
    )
    sure = BooleanField(
        L_("我知道撤销以后不能恢复"), [Filled(N_("请先确认：撤销以后不能恢复"))]
    )
