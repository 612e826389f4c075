"""Forms of the second factor."""

from wtforms import HiddenField, StringField

from gateway.forms.base import PageForm
from gateway.forms.rules import AtMost, Filled
from gateway.second_factor.add_factors import LONGEST_NAME
from gateway.texts import N_
from gateway.texts.language import L_

TYPED = {
    "autocomplete": "one-time-code",
    "autocapitalize": "characters",
    "spellcheck": "false",
}
NO_ANSWER = N_("浏览器没有送来通行密钥：请再按一次按钮")


class SecondCodeForm(PageForm):
    """The code after the password."""

    refused_at = {"second-factor-refused": "code", "second-factor-too-often": "code"}
    next = HiddenField()
    code = StringField(
        L_("验证码"),
        [Filled()],
        description=L_("验证器里的 6 位数字，或一个恢复码"),
        render_kw={**TYPED, "autofocus": True},
    )


class PasskeyForm(PageForm):
    """What an authenticator answered; a script fills it in."""

    next = HiddenField()
    credential = HiddenField(validators=[Filled(NO_ANSWER)])


class NewPasskeyForm(PageForm):
    """A passkey and what it is called."""

    refused_at = {"too-many-passkeys": "name"}
    credential = HiddenField(validators=[Filled(NO_ANSWER)])
    name = StringField(
        L_("名称"),
        [Filled(), AtMost(LONGEST_NAME)],
        description=L_("如“我的手机”，好在列表里认出它"),
        id="passkey-name",
    )


class PasskeyNameForm(PageForm):
    """Another name of a passkey."""

    name = StringField(L_("名称"), [Filled(), AtMost(LONGEST_NAME)])


class AppForm(PageForm):
    """The first code of an app, and the secret that it was offered."""

    refused_at = {"second-factor-refused": "code"}
    next = HiddenField()
    offer = HiddenField()
    code = StringField(
        L_("验证器现在显示的 6 位数字"),
        [Filled()],
        render_kw={**TYPED, "inputmode": "numeric"},
    )
