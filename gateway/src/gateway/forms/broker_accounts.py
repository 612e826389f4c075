"""The form about a branch's account at the broker."""

from wtforms import BooleanField, HiddenField

from gateway.forms.base import PageForm
from gateway.texts import N_
from gateway.texts.language import L_, gettext

CREATE, ROTATE, DISABLE = "create", "rotate", "disable"


class BrokerAccountForm(PageForm):
    """What to do with the account, and that whoever cuts programs off means it."""

    action = HiddenField()
    sure = BooleanField(L_("我知道：正在用这个账号的程序会马上断开"))

    @classmethod
    def offer_act(cls, action: str) -> "BrokerAccountForm":
        """The form of one act, beside those of others on the same page."""
        return cls(action=action).name_apart()

    def name_apart(self) -> "BrokerAccountForm":
        """The form, with its box told apart from those of other acts."""
        self.sure.id = f"sure-{self.action.data}"
        return self

    def is_meant(self) -> bool:
        """Whether the act is one, and is meant."""
        if self.action.data not in (CREATE, ROTATE, DISABLE):
            self.refuse(gettext(N_("请用页面上的按钮")))
            return False
        if self.action.data != CREATE and not self.sure.data:
            self.refuse(gettext(N_("请先勾选这一项")), "sure")
            return False
        return True
