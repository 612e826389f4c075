"""The forms about branches of the tree."""

from contracts.http.enrollment import BranchIn, BranchNameIn
from wtforms import HiddenField, SearchField, StringField

from gateway.forms.base import PageForm
from gateway.forms.rules import AtMost, Filled, trim_line
from gateway.texts.language import L_

BRANCH_LIST = "branch-list"


def offer_branches() -> dict[str, object]:
    """Of a field whose list is filled with branches while one writes."""
    return {
        "list": BRANCH_LIST,
        "autocomplete": "off",
        "hx-get": "/branches/options",
        "hx-trigger": "input changed delay:250ms",
        "hx-target": f"#{BRANCH_LIST}",
        "hx-push-url": "false",
    }


class BranchSearchForm(PageForm):
    """Words in the name or id of a branch."""

    q = SearchField(
        L_("找单位"),
        filters=[trim_line(100)],
        default="",
        render_kw={"placeholder": L_("找单位：名称或编号")},
    )


class NewBranchForm(PageForm):
    """A branch to add."""

    refused_at = {
        "branch-exists": "id",
        "unknown-branch": "parent",
        "branch-closed": "parent",
    }
    id = StringField(
        L_("单位编号"),
        [Filled(), AtMost(40)],
        description=L_("小写字母、数字和连字符，如 dongcheng；建好后不能改"),
        render_kw={"autocapitalize": "none", "spellcheck": "false"},
    )
    name = StringField(L_("单位名称"), [Filled(), AtMost.of(BranchIn, "name")])
    parent = StringField(
        L_("上级单位"),
        filters=[trim_line(200)],
        default="",
        description=L_("写名称或编号，会列出相近的；留空就是最上一级"),
        render_kw=offer_branches(),
    )


class BranchNameForm(PageForm):
    """A branch's name."""

    version = HiddenField()
    name = StringField(L_("单位名称"), [Filled(), AtMost.of(BranchNameIn, "name")])


class BranchPlaceForm(PageForm):
    """Where a branch belongs."""

    refused_at = {
        "unknown-branch": "parent",
        "branch-closed": "parent",
        "branch-below-itself": "parent",
    }
    version = HiddenField()
    parent = StringField(
        L_("新的上级单位"),
        filters=[trim_line(200)],
        default="",
        description=L_("写名称或编号，会列出相近的；留空就是最上一级"),
        render_kw=offer_branches(),
    )


class BranchStateForm(PageForm):
    """Nothing but the version that was seen."""

    version = HiddenField()
