"""The form that narrows the audit log."""

from wtforms import SearchField, SelectField, StringField

from gateway.forms.base import PageForm
from gateway.forms.fields import list_choices
from gateway.forms.rules import trim_line
from gateway.texts.audit import AUDITED
from gateway.texts.language import L_, gettext


class AuditForm(PageForm):
    """Who, what, whom and when."""

    who = SearchField(
        L_("谁做的（账号编号）"),
        filters=[trim_line(200)],
        default="",
        render_kw={"placeholder": L_("谁做的（账号编号）")},
    )
    subject = SearchField(
        L_("对谁（学员或账号编号）"),
        filters=[trim_line(200)],
        default="",
        render_kw={"placeholder": L_("对谁（学员或账号编号）")},
    )
    action = SelectField(L_("做了什么"), default="", validate_choice=False)
    first = StringField(
        L_("从哪一天"),
        filters=[trim_line(40)],
        default="",
        render_kw={"type": "date", "title": L_("从哪一天")},
    )
    last = StringField(
        L_("到哪一天"),
        filters=[trim_line(40)],
        default="",
        render_kw={"type": "date", "title": L_("到哪一天")},
    )

    def offer_actions(self) -> None:
        """All actions that have a text, in their order."""
        named = [(code, gettext(text)) for code, text in AUDITED.items()]
        self.action.choices = list_choices([("", gettext("所有操作")), *named])
