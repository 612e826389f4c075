"""Forms for the account."""

from wtforms import BooleanField, HiddenField, PasswordField, StringField

from gateway.forms.base import PageForm
from gateway.forms.rules import AtLeast, Filled
from gateway.identity.password_rules import SHORTEST
from gateway.texts.language import L_

LOGIN, LOGIN_HINT = L_("手机号、邮箱或登录名"), L_("也可以填“单位编号/会员号”")


class SignInForm(PageForm):
    """Login and password."""

    next = HiddenField()
    login = StringField(
        LOGIN,
        [Filled()],
        description=LOGIN_HINT,
        render_kw={"autocomplete": "username", "autofocus": True},
    )
    password = PasswordField(
        L_("密码"), [Filled()], render_kw={"autocomplete": "current-password"}
    )
    stays = BooleanField(L_("在这台手机或电脑上保持登录 30 天（公用的电脑请不要勾选）"))


class AskCodeForm(PageForm):
    """The login to which a one-time code goes; `ticket` is that of the code before."""

    refused_at = {"too-many-codes": "login"}
    next = HiddenField()
    ticket = HiddenField()
    login = StringField(
        LOGIN,
        [Filled()],
        description=LOGIN_HINT,
        render_kw={"autocomplete": "username", "autofocus": True},
    )


class CodeForm(PageForm):
    """A one-time code, and the ticket under which it was asked for."""

    refused_at = {"code-wrong": "code"}
    ticket = HiddenField()
    code = StringField(
        L_("验证码"),
        [Filled()],
        description=L_("6 位数字，10 分钟内有效；收到几条时填最近的一条"),
        render_kw={
            "autocomplete": "one-time-code",
            "inputmode": "numeric",
            "autofocus": True,
        },
    )


class CodeSignInForm(CodeForm):
    """A one-time code to sign in with."""

    next = HiddenField()
    login = HiddenField()
    stays = BooleanField(L_("在这台手机或电脑上保持登录 30 天（公用的电脑请不要勾选）"))


class InvitationForm(PageForm):
    """The password of a new account."""

    refused_at = {"weak-password": "password"}
    password = PasswordField(
        L_("新密码"),
        [Filled(), AtLeast(SHORTEST)],
        description=L_("至少 8 个字符"),
        render_kw={"autocomplete": "new-password", "autofocus": True},
    )


class CodePasswordForm(InvitationForm):
    """The password of a new account, and the code that allows it."""

    code = HiddenField()


class ProofForm(PageForm):
    """The password once more, before something that opens the account is changed."""

    refused_at = {"old-password-wrong": "password"}
    next = HiddenField()
    password = PasswordField(
        L_("密码"),
        [Filled()],
        render_kw={"autocomplete": "current-password", "autofocus": True},
    )


class ProofCodeForm(CodeForm):
    """A one-time code in place of the password."""

    next = HiddenField()


class ContactForm(PageForm):
    """A phone or mail address that is to be one's own."""

    refused_at = {"contact-illegal": "contact", "too-many-codes": "contact"}
    ticket = HiddenField()
    contact = StringField(
        L_("新的手机号或邮箱"),
        [Filled()],
        description=L_("验证码会发到那里；填写后，同类的旧号码不再使用"),
        render_kw={"autocomplete": "tel", "autofocus": True},
    )


class ContactCodeForm(CodeForm):
    """The code that was sent to the new contact."""

    contact = HiddenField()
