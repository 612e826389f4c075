"""The forms by which accounts are managed and people of the college invited."""

from contracts.http.gateway import InvitationIn
from fields.codes import plain_email
from wtforms import EmailField, SearchField, SelectField, StringField
from wtforms.validators import Optional

from gateway.forms.base import PageForm
from gateway.forms.branches import offer_branches
from gateway.forms.fields import list_choices
from gateway.forms.rules import AtMost, Filled, Written, trim_line
from gateway.identity.account import OFFICER, OPERATOR, ROLES
from gateway.texts import N_
from gateway.texts.accounts import STATES
from gateway.texts.language import L_, gettext
from gateway.texts.roles import ROLES as ROLE_NAMES

OFFICER_ONLY = (OFFICER,)
GIVEN = ("officer", "staff", "operator")
"""The roles that are given by hand; trainees come by rosters."""
NO_ADDRESS = N_("这不像邮箱：请核对后再填")
BRANCH_HINT = L_("只有单位干部要填：写单位的名称或编号，会列出相近的")


class AccountFilterForm(PageForm):
    """Which accounts are listed."""

    role = SelectField(L_("角色"), choices=[], default="", validate_choice=False)
    state = SelectField(L_("状况"), choices=[], default="", validate_choice=False)
    branch = StringField(
        L_("单位"),
        filters=[trim_line(200)],
        default="",
        render_kw=offer_branches() | {"placeholder": L_("单位名称或编号")},
    )

    def offer_choices(self) -> None:
        """What there is to choose."""
        roles = [(role, gettext(ROLE_NAMES[role])) for role in reversed(ROLES)]
        self.role.choices = list_choices([("", gettext("学员以外的角色")), *roles])
        states = [(state, gettext(text)) for state, (text, _) in STATES.items()]
        self.state.choices = list_choices([("", gettext("全部状况")), *states])


class AccountSearchForm(PageForm):
    """A login or a name, sent in a body: neither stands in an address."""

    words = SearchField(
        L_("登录名、手机号或姓名"),
        [Filled()],
        filters=[trim_line(100)],
        render_kw={
            "autocomplete": "off",
            "placeholder": L_("登录名、手机号或姓名"),
        },
    )


class RoleForm(PageForm):
    """A role to give."""

    refused_at = {"unknown-branch": "branch"}
    role = SelectField(L_("角色"), [Filled()], choices=[], validate_choice=False)
    branch = StringField(
        L_("单位"),
        filters=[trim_line(200)],
        default="",
        description=BRANCH_HINT,
        render_kw=offer_branches(),
    )

    def offer_roles(self, own_roles: tuple[str, ...]) -> None:
        """The roles that somebody with these may give."""
        given = GIVEN if OPERATOR in own_roles else OFFICER_ONLY
        names = [(role, gettext(ROLE_NAMES[role])) for role in given]
        self.role.choices = list_choices([("", gettext("请选择")), *names])


class ResetForm(PageForm):
    """Where the letter goes."""

    email = EmailField(
        L_("寄到的邮箱"),
        [Optional(), Written(plain_email, NO_ADDRESS)],
        filters=[trim_line(200)],
        default="",
        description=L_("学员留空：信寄到名册里的邮箱；其他人留空就寄到邀请时的邮箱"),
    )


class MemberInvitationForm(RoleForm):
    """Somebody to invite."""

    refused_at = {
        "unknown-branch": "branch",
        "login-refused": "login",
        "login-taken": "login",
    }
    login = StringField(
        L_("登录名"),
        [Filled(), AtMost(64)],
        description=L_(
            "字母、数字和 . _ @ + -；已是学员的填其手机号，会给原账号加上角色"
        ),
        render_kw={"autocapitalize": "none", "spellcheck": "false"},
    )
    name = StringField(L_("姓名"), [Filled(), AtMost.of(InvitationIn, "name")])
    email = EmailField(
        L_("邮箱"),
        [
            Filled(),
            AtMost.of(InvitationIn, "email"),
            Written(plain_email, NO_ADDRESS),
        ],
    )
