"""The forms about a person's own data."""

from fields.texts import written_line
from wtforms import Form, HiddenField, PasswordField, StringField
from wtforms.fields import Field
from wtforms.validators import ValidationError

from gateway.forms.base import PageForm
from gateway.forms.rules import AtMost, Filled, Written
from gateway.texts import N_
from gateway.texts.language import L_, gettext

CONFIRMING = ("删除", "DELETE")
"""What is typed by whoever means it, in either language."""


class TypedOut:
    """The word that confirms must be typed."""

    def __call__(self, form: Form, field: Field) -> None:
        if (field.data or "").strip().upper() not in CONFIRMING:
            raise ValidationError(gettext(N_("要删除就写上“删除”两个字")))


class AskExportForm(PageForm):
    """Nothing to fill in: all of it is collected."""


class DeletionForm(PageForm):
    """The password, and a word that shows that it is meant."""

    refused_at = {"old-password-wrong": "password"}
    password = PasswordField(
        L_("密码"),
        description=L_("没有密码的，十分钟内登录过或用验证码证明过就行"),
        render_kw={"autocomplete": "current-password"},
    )
    word = StringField(
        L_("写上“删除”两个字"),
        [Filled(), TypedOut()],
        render_kw={"autocomplete": "off"},
    )


class StaffDeletionForm(PageForm):
    """Whose data, and why."""

    person = StringField(L_("学员编号"), [Filled(), AtMost(80)])
    reason = StringField(
        L_("为什么"),
        [Filled(), AtMost(200)],
        description=L_("会写进审计记录，不要写姓名和号码"),
    )


class UnmaskingForm(PageForm):
    """Why somebody has to see the numbers in full."""

    refused_at = {"unmasking-refused": "reason"}
    reason = StringField(
        L_("为什么要看"),
        [Filled(), AtMost(200)],
        description=L_("会写进审计记录，不要写姓名和号码"),
        render_kw={"autofocus": True},
    )


class ContactForm(PageForm):
    """How people reach their branch."""

    version = HiddenField()
    name = StringField(L_("找谁"), [AtMost(80), Written(written_line)])
    phone = StringField(
        L_("电话"), [AtMost(80), Written(written_line)], render_kw={"type": "tel"}
    )
    hours = StringField(
        L_("什么时间"),
        [AtMost(80), Written(written_line)],
        description=L_("如：工作日 9:00–17:00"),
    )
    place = StringField(L_("在哪里"), [AtMost(80), Written(written_line)])


class ConsentForm(PageForm):
    """Where to go afterwards; the buttons say yes or no."""

    next = HiddenField()
    version = HiddenField()
