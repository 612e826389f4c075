"""The forms about webhooks of branches."""

from contracts.http.webhooks import WebhookIn
from wtforms import HiddenField, StringField

from gateway.forms.base import PageForm
from gateway.forms.fields import NumberField
from gateway.forms.rules import AtMost, Between, Filled, trim_line
from gateway.texts.language import L_

MOST_NUMBER = 2**53
"""As the contract has it."""


class WebhookForm(PageForm):
    """Where a feed is sent."""

    refused_at = {"webhook-url-refused": "url", "webhook-internal": "url"}
    url = StringField(
        L_("推送地址"),
        [Filled(), AtMost.of(WebhookIn, "url")],
        filters=[trim_line(1000)],
        description=L_("https:// 开头，贵单位系统收消息的网址"),
        render_kw={
            "inputmode": "url",
            "autocapitalize": "none",
            "spellcheck": "false",
            "placeholder": "https://",
        },
    )


class ReplayForm(PageForm):
    """From which entry on everything is sent once more."""

    number = NumberField(
        L_("从第几条起"),
        [Filled(), Between(1, MOST_NUMBER)],
        description=L_("这一条和以后的都重新推送，消息编号与原来相同"),
    )


class ActionForm(PageForm):
    """A button alone."""

    action = HiddenField()
