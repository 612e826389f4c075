"""Forms for the account."""

from wtforms import HiddenField, PasswordField, StringField

from gateway.forms.base import PageForm
from gateway.forms.rules import AtLeast, Filled
from gateway.identity.password_rules import SHORTEST
from gateway.texts.language import L_


class SignInForm(PageForm):
    """Login and password."""

    next = HiddenField()
    login = StringField(
        L_("登录名（学员填手机号）"),
        [Filled()],
        render_kw={"autocomplete": "username", "autofocus": True},
    )
    password = PasswordField(
        L_("密码"), [Filled()], render_kw={"autocomplete": "current-password"}
    )


class InvitationForm(PageForm):
    """The password of a new account."""

    refused_at = {"weak-password": "password"}
    password = PasswordField(
        L_("新密码"),
        [Filled(), AtLeast(SHORTEST)],
        description=L_("至少 8 个字符"),
        render_kw={"autocomplete": "new-password", "autofocus": True},
    )
