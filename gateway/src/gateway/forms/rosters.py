"""The forms by which a roster is sent, found and repaired."""

from collections.abc import Iterable

from contracts.http.catalog import ClassOut
from contracts.http.enrollment import BranchOut
from wtforms import (
    BooleanField,
    FileField,
    SearchField,
    SelectField,
    StringField,
)

from gateway.forms.base import PageForm
from gateway.forms.fields import list_choices
from gateway.forms.rules import AtMost, trim_line
from gateway.roster_files.cell_faults import OPTIONAL, RULES, TEXTS, judge_cell
from gateway.texts import N_
from gateway.texts.language import L_, gettext

TYPES = ",".join(
    [
        ".xlsx,.xls,.ods,.csv,.txt,text/csv,text/plain,application/vnd.ms-excel",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.oasis.opendocument.spreadsheet",
    ]
)
"""What a file chooser offers; what a file is, its bytes tell."""
MOST_PICKED = 50
"""Branches that are picked from a list; among more one searches."""

OFFERS_BRANCHES = {
    "list": "branch-list",
    "autocomplete": "off",
    "hx-get": "/rosters/branches",
    "hx-trigger": "input changed delay:250ms",
    "hx-target": "#branch-list",
    "hx-push-url": "false",
}
"""Of a field whose list is filled with branches while one writes."""


class RosterForm(PageForm):
    """A file, and for whom and how it is meant."""

    file = FileField(
        L_("名册文件（xlsx、xls、ods、CSV）"),
        render_kw={"accept": TYPES, "required": True},
    )
    class_id = SelectField(
        L_("班级（文件里有“班级”一列时可不选）"),
        choices=[],
        default="",
        validate_choice=False,
    )
    branch = SelectField(
        L_("以哪个单位的名义"), choices=[], default="", validate_choice=False
    )
    branch_words = StringField(
        L_("以哪个单位的名义"),
        default="",
        filters=[trim_line(200)],
        description=L_("写单位的名称或编号，会列出相近的；留空就是本单位"),
        render_kw=OFFERS_BRANCHES,
    )
    dry_run = BooleanField(L_("先试算：看每一行会怎样，不报名"))

    def offer_choices(
        self,
        classes: Iterable[ClassOut],
        branches: list[BranchOut],
        own_branch: str,
    ) -> None:
        """What there is to choose; who has one branch is not asked which, and who has
        many writes its name."""
        titles = [(one.id, f"{one.title} · {one.id}") for one in classes]
        by_file = ("", gettext("按文件里写的"))
        self.class_id.choices = list_choices([by_file, *titles])
        if len(branches) <= MOST_PICKED:
            del self.branch_words
        if not 1 < len(branches) <= MOST_PICKED:
            del self.branch
            return
        self.branch_ids = {one.id for one in branches}
        self.branch.choices = list_choices((one.id, one.name) for one in branches)
        self.branch.data = self.branch.data or own_branch


class RosterSearchForm(PageForm):
    """Which of the rosters that were sent."""

    kind = SelectField(
        L_("哪些名册"), filters=[trim_line(10)], default="", validate_choice=False
    )
    branch = SelectField(
        L_("单位"), filters=[trim_line(80)], default="", validate_choice=False
    )
    branch_words = StringField(
        L_("单位"),
        default="",
        filters=[trim_line(200)],
        render_kw={**OFFERS_BRANCHES, "placeholder": L_("单位的名称或编号")},
    )

    def offer_choices(self, branches: list[BranchOut]) -> None:
        """Real ones, trials, or both; of one branch or all, which is picked from a few
        and written among many."""
        self.kind.choices = list_choices(
            [
                ("", gettext("全部")),
                ("real", gettext("正式报名")),
                ("trial", gettext("试算")),
            ]
        )
        if len(branches) <= MOST_PICKED:
            del self.branch_words
        if not 1 < len(branches) <= MOST_PICKED:
            del self.branch
            return
        every = ("", gettext("本单位与下级"))
        names = [(one.id, one.name) for one in branches]
        self.branch.choices = list_choices([every, *names])


class RowSearchForm(PageForm):
    """Words of a name, a member number or a phone."""

    search = SearchField(
        L_("找姓名、会员号或手机号"),
        filters=[trim_line(100)],
        default="",
        render_kw={"placeholder": L_("找姓名、会员号或手机号")},
    )


class RowForm(PageForm):
    """A row that was not taken, to be put right."""

    name = StringField(L_("姓名"), [AtMost(254)], filters=[trim_line(300)])
    member_no = StringField(L_("会员号"), [AtMost(254)], filters=[trim_line(300)])
    phone = StringField(L_("手机号"), [AtMost(254)], filters=[trim_line(300)])
    class_id = StringField(
        L_("班级"),
        [AtMost(254)],
        filters=[trim_line(300)],
        render_kw={"list": "class-list"},
    )
    id_number = StringField(L_("身份证号（可不填）"), filters=[trim_line(300)])
    without_id_number = BooleanField(L_("不登记身份证号"))
    email = StringField(L_("邮箱（可不填）"), [AtMost(254)], filters=[trim_line(300)])
    branch_id = StringField(L_("单位编号（可不填）"), filters=[trim_line(300)])

    def list_texts(self) -> dict[str, str]:
        """The fields of the row as they stand."""
        return {
            name: field.data or ""
            for name, field in self._fields.items()
            if name not in ("once", "without_id_number")
        }

    def offer_removal(self) -> None:
        """The row came with an ID number, which is not shown; it may be removed."""
        self.id_number.description = gettext(
            N_("原来填过，为保密不再显示：留空就不变，要改请填新的")
        )

    def mark_cell_faults(self) -> bool:
        """Mark the fields that would be refused; whether there are any."""
        for name, rule in RULES.items():
            cell = self[name].data or ""
            if not cell and name in OPTIONAL:
                continue
            if fault := judge_cell(cell, name, rule):
                self.refuse(gettext(TEXTS[fault]), name)
        if not self.class_id.data:
            self.refuse(gettext(TEXTS["class-missing"]), "class_id")
        has_mark = "without_id_number" in self and self.without_id_number.data
        if self.id_number.data and has_mark:
            text = N_("填了号码又勾了不登记：请只留一样")
            self.refuse(gettext(text), "without_id_number")
        return bool(self.find_faults())
