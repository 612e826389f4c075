"""The forms about one person: looked for, corrected."""

from collections.abc import Iterable

from contracts.http.people import OwnNameIn
from fields.codes import plain_date
from fields.texts import written_name
from wtforms import HiddenField, SearchField, SelectField, StringField

from gateway.forms.base import PageForm
from gateway.forms.fields import list_choices
from gateway.forms.rules import AtMost, Filled, Written, trim_line
from gateway.texts import N_
from gateway.texts.language import L_, gettext

MOST = 200


class PeopleSearchForm(PageForm):
    """What one knows of a person; `after` is where the page before ended."""

    words = SearchField(
        L_("姓名的一部分、电话或会员号"),
        [Filled()],
        filters=[trim_line(MOST)],
        default="",
        render_kw={"autocomplete": "off", "autofocus": True},
    )
    branch = StringField(
        L_("单位"),
        filters=[trim_line(MOST)],
        default="",
        description=L_(
            "名称或编号：只在它和它的下级里找；不填就在能看到的所有单位里找"
        ),
    )
    after = HiddenField(default="")


class CorrectionForm(PageForm):
    """What is corrected of a person; what is left empty stays as it is."""

    refused_at = {"not-your-person": "name"}
    version = HiddenField()
    name = StringField(
        L_("姓名"),
        [AtMost(MOST)],
        description=L_("改写法（空格、间隔号、全半角）单位就能改；换一个字须由教务改"),
    )
    phone = StringField(L_("新电话"), [AtMost(MOST)])
    email = StringField(L_("新邮箱"), [AtMost(MOST)])
    id_number = StringField(L_("新身份证号"), [AtMost(MOST)])


class OwnNameForm(PageForm):
    """The own name, written right."""

    refused_at = {"not-your-person": "name", "field-illegal": "name"}
    version = HiddenField()
    name = StringField(
        L_("姓名"),
        [Filled(), AtMost.of(OwnNameIn, "name"), Written(written_name)],
        description=L_(
            "这里只改写法：空格、间隔号、全角半角。换一个字请找所在单位或教务。"
        ),
        render_kw={"autocomplete": "name"},
    )


class TransferForm(PageForm):
    """Which branch a person leaves or joins, and from which day on."""

    refused_at = {
        "not-member": "leaves",
        "nothing-to-move": "joins",
        "number-taken": "member_no",
        "unknown-branch": "joins",
    }
    leaves = SelectField(L_("离开"), choices=[], default="", validate_choice=False)
    joins = StringField(
        L_("加入的单位编号"),
        [AtMost(MOST)],
        filters=[trim_line(MOST)],
        default="",
        description=L_("只是离开就不填；回到原单位就填原单位"),
    )
    member_no = StringField(
        L_("在那里的会员号"), [AtMost(MOST)], filters=[trim_line(MOST)], default=""
    )
    day = StringField(
        L_("从哪一天起"),
        [Filled(), Written(plain_date, N_("没有这一天：请写成 2026-12-01 这样"))],
        filters=[trim_line(MOST)],
        description=L_("如 2026-12-01；可以是以后的一天"),
        render_kw={"inputmode": "numeric"},
    )

    def offer_memberships(self, named: Iterable[tuple[str, str]]) -> None:
        """The branches that can be left: id and name."""
        nothing = ("", gettext("不离开"))
        self.leaves.choices = list_choices([nothing, *named])
