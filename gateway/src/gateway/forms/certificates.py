"""The form by which staff look for certificates: sent by address, never refused."""

from wtforms import SearchField

from gateway.forms.base import PageForm
from gateway.forms.rules import trim_line
from gateway.texts.language import L_


class CertificateSearchForm(PageForm):
    """A number in any writing, a person, a class."""

    number = SearchField(
        L_("证书编号"),
        filters=[trim_line(100)],
        default="",
        render_kw={"placeholder": L_("证书编号，怎样写都行")},
    )
    person_id = SearchField(
        L_("学员编号"),
        filters=[trim_line(80)],
        default="",
        render_kw={"placeholder": L_("学员编号")},
    )
    class_id = SearchField(
        L_("班级编号"),
        filters=[trim_line(80)],
        default="",
        render_kw={"placeholder": L_("班级编号")},
    )
