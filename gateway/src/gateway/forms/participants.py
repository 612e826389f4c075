"""The forms about the participants of a class."""

from contracts.http.participants import MOST_LEAVERS
from wtforms import HiddenField, SelectMultipleField

from gateway.forms.base import PageForm
from gateway.forms.rules import AtMost, Filled
from gateway.texts import N_
from gateway.texts.language import L_


class LeaversForm(PageForm):
    """The participants who are to leave together, or to come back; `sure` once the
    question was answered."""

    enrolment = SelectMultipleField(
        L_("学员"),
        [
            Filled(N_("请先在列表里选中学员")),
            AtMost(MOST_LEAVERS, N_("一次最多选 %(n)s 人：请分几次")),
        ],
        choices=[],
        validate_choice=False,
    )
    sure = HiddenField(default="")
