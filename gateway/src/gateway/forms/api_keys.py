"""The forms about keys of programs."""

from collections.abc import Iterable

from contracts.http.keys import KeyIn
from wtforms import SelectField, StringField

from gateway.forms.base import PageForm
from gateway.forms.branches import offer_branches
from gateway.forms.fields import list_choices
from gateway.forms.rules import AtMost, Filled, trim_line
from gateway.texts.accounts import SCOPES, TERMS
from gateway.texts.language import L_, gettext


class KeyForm(PageForm):
    """A key to make."""

    refused_at = {"key-scope-refused": "scope", "unknown-branch": "branch"}
    name = StringField(
        L_("用在哪里"),
        [Filled(), AtMost.of(KeyIn, "name")],
        description=L_("写程序的名字，以后认得出，如“会员系统”"),
    )
    scope = SelectField(L_("可以做什么"), [Filled()], choices=[], validate_choice=False)
    days = SelectField(L_("有效期"), choices=[], default="90", coerce=int)
    branch = StringField(
        L_("单位"),
        filters=[trim_line(200)],
        default="",
        description=L_("密钥只用于这个单位及其下级；留空就是全部单位"),
        render_kw=offer_branches(),
    )

    def offer_choices(self, scopes: Iterable[str], *, may_choose_branch: bool) -> None:
        """What there is to choose; an officer's key is for the own branch."""
        named = [(scope, gettext(SCOPES[scope])) for scope in scopes]
        self.scope.choices = list_choices([("", gettext("请选择")), *named])
        self.days.choices = list_choices(
            [(days, gettext(text)) for days, text in TERMS.items()]  # type: ignore[misc]
        )
        if not may_choose_branch:
            del self.branch
