"""The forms by which staff say which records are of one human."""

from wtforms import HiddenField, RadioField, StringField

from gateway.forms.base import PageForm
from gateway.forms.fields import list_choices
from gateway.forms.rules import AtMost, Filled, trim_line
from gateway.texts import N_
from gateway.texts.language import L_, gettext

MOST_ID = 200
ALL = "all"
"""Both accounts go on, for staff know that one human has both."""


class AccountsForm(PageForm):
    """Which accounts go on, where both records have one that is in use."""

    accounts = RadioField(
        L_("两份都有在用的账号。合并后用哪个账号登录，看到的都是保留的这一份"),
        choices=[],
        default="",
        validate_choice=False,
    )

    def offer_accounts(self, accounts: list[tuple[str, str]]) -> None:
        """What can be done with these: id and login. With one there is no question."""
        if len(accounts) < 2:
            self.accounts.choices = []
            return
        closing = [
            (id_, gettext("停用 %(login)s") % {"login": login})
            for id_, login in accounts
        ]
        both = (ALL, gettext("都不停用：已核实两个账号是同一人在用"))
        self.accounts.choices = list_choices([*closing, both])

    def lacks_choice(self) -> bool:
        """Whether there is a question, and nothing that was offered is the answer."""
        offered = [str(option.data) for option in self.accounts]
        return bool(offered) and self.accounts.data not in offered

    def get_closed(self) -> str:
        """The account to close; empty for none."""
        is_chosen = bool(self.accounts.choices) and self.accounts.data != ALL
        return str(self.accounts.data) if is_chosen else ""


class DoubleForm(AccountsForm):
    """Two records that look alike: which one counts."""

    pair = HiddenField()
    keep = RadioField(
        L_("保留哪一份"),
        [Filled(N_("请先选保留哪一份"))],
        choices=[],
        validate_choice=False,
    )

    def offer_people(self, people: list[tuple[str, str]]) -> None:
        """The two to choose from: id and what tells them apart."""
        self.keep.choices = list_choices(people)


class MergeForm(AccountsForm):
    """Another record that counts for this person."""

    refused_at = {
        "unknown-person": "other",
        "same-person": "other",
        "already-merged": "other",
    }
    namesake = RadioField(
        L_("另一份记录"), choices=[], default="", validate_choice=False
    )
    other = StringField(
        L_("另一份记录的编号"),
        [AtMost(MOST_ID)],
        filters=[trim_line(MOST_ID)],
        default="",
        description=L_("在另一份记录的页面上"),
    )

    def offer_namesakes(self, people: list[tuple[str, str]]) -> None:
        """Records under the same name; without any there is the number to write."""
        if not people:
            del self.namesake
            return
        elsewhere = ("", gettext("都不是：写编号"))
        self.namesake.choices = list_choices([*people, elsewhere])

    def get_other(self) -> str:
        """The record that was chosen, else the one that was written; empty for none."""
        chosen = self.namesake.data if "namesake" in self else ""
        return str(chosen or self.other.data or "")
