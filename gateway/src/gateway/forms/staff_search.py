"""The search box of staff: sent in the body, no name and no phone in an address."""

from fields.texts import written_line
from wtforms import SearchField

from gateway.forms.base import PageForm
from gateway.forms.rules import Filled, Written, trim_line
from gateway.texts.language import L_


class StaffSearchForm(PageForm):
    """Whatever staff were told."""

    words = SearchField(
        L_("课程、班级、姓名、电话、名册或证书编号"),
        [Filled(), Written(written_line)],
        filters=[trim_line(100)],
        default="",
        render_kw={
            "accesskey": "f",
            "autocomplete": "off",
            "autofocus": True,
            "placeholder": L_("课程、班级、姓名、电话、名册或证书编号"),
        },
    )
