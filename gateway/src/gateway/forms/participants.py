"""The forms about the participants of a class."""

from contracts.http.participants import MOST_LEAVERS, ReplacementIn
from wtforms import HiddenField, SelectMultipleField, StringField

from gateway.forms.base import PageForm
from gateway.forms.rules import AtMost, Filled, trim_line
from gateway.texts import N_
from gateway.texts.language import L_

MOST = 200


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


class ReplacementForm(PageForm):
    """Who gets the seat: a member by the number alone, or somebody new."""

    member_no = StringField(
        L_("接替人的会员号"),
        [Filled(), AtMost.of(ReplacementIn, "member_no")],
        filters=[trim_line(MOST)],
        default="",
        description=L_("单位已有的会员只填会员号；新人还要填姓名和手机号"),
        render_kw={"autocomplete": "off"},
    )
    branch = StringField(
        L_("接替人的单位"),
        [AtMost(MOST)],
        filters=[trim_line(MOST)],
        default="",
        description=L_("名称或编号；不填就是原来那个人的单位"),
    )
    name_of = StringField(
        L_("接替人的姓名"),
        [AtMost.of(ReplacementIn, "name")],
        filters=[trim_line(MOST)],
        default="",
        render_kw={"autocomplete": "off"},
    )
    phone = StringField(
        L_("接替人的手机号"),
        [AtMost.of(ReplacementIn, "phone")],
        filters=[trim_line(MOST)],
        default="",
        render_kw={"autocomplete": "off", "inputmode": "tel"},
    )
    email = StringField(
        L_("接替人的邮箱"),
        [AtMost.of(ReplacementIn, "email")],
        filters=[trim_line(MOST)],
        default="",
        description=L_("可以不填"),
        render_kw={"autocomplete": "off"},
    )
    id_number = StringField(
        L_("接替人的身份证号"),
        [AtMost.of(ReplacementIn, "id_number")],
        filters=[trim_line(MOST)],
        default="",
        description=L_("可以不填"),
        render_kw={"autocomplete": "off"},
    )
