"""The form by which a roster is sent."""

from collections.abc import Iterable
from typing import Any

from contracts.http.enrollment import BranchOut
from wtforms import BooleanField, FileField, SelectField

from gateway.forms.base import PageForm
from gateway.forms.fields import list_choices
from gateway.texts.language import L_, gettext

TYPES = (
    ".xlsx,.xls,.ods,.csv,.txt,text/csv,text/plain,application/vnd.ms-excel,"
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet,"
    "application/vnd.oasis.opendocument.spreadsheet"
)


class RosterForm(PageForm):
    """A file, and for whom and how it is meant."""

    file = FileField(
        L_("名册文件（xlsx、xls、CSV 等表格）"),
        render_kw={"accept": TYPES, "required": True},
    )
    class_id = SelectField(
        L_("班级（文件里有“班级编号”一列时可不选）"),
        choices=[],
        default="",
        validate_choice=False,
    )
    branch = SelectField(
        L_("以哪个单位的名义"), choices=[], default="", validate_choice=False
    )
    dry_run = BooleanField(L_("只试算，不报名"))
    anew = BooleanField(L_("重新判定：送过的同一份文件也按现在的班级再判一次"))

    def offer_choices(
        self,
        classes: Iterable[dict[str, Any]],
        branches: Iterable[BranchOut],
        own_branch: str,
    ) -> None:
        """What there is to choose; who has one branch is not asked which."""
        titles = [(one["id"], f"{one['title']} · {one['id']}") for one in classes]
        by_file = ("", gettext("按文件里写的"))
        self.class_id.choices = list_choices([by_file, *titles])
        names = [(one.id, one.name) for one in branches]
        if len(names) < 2:
            del self.branch
            return
        self.branch.choices = list_choices(names)
        self.branch.data = self.branch.data or own_branch
