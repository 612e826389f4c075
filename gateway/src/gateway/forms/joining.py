"""The forms by which people ask to join a class and are answered."""

from collections.abc import Sequence

from contracts.http.class_seats import EnrolmentIn
from contracts.http.join_requests import DecisionsIn, JoinBranchOut, JoinIn
from contracts.http.shape import MOST_IDS
from fields.texts import written_line
from wtforms import RadioField, SelectMultipleField, StringField

from gateway.forms.base import PageForm
from gateway.forms.fields import list_choices
from gateway.forms.rules import AtMost, Filled, Written
from gateway.texts import N_
from gateway.texts.language import L_, gettext

APPROVED, REFUSED = "approved", "refused"


class JoinForm(PageForm):
    """What a trainee asks: by which branch, where there are several, and why."""

    refused_at = {"branch-to-ask": "branch_id"}
    branch_id = RadioField(
        L_("由哪个单位答复"),
        [Filled(N_("请选由哪个单位答复"))],
        choices=[],
        validate_choice=False,
    )
    why = StringField(
        L_("为什么想学（可以不填）"),
        [AtMost.of(JoinIn, "why"), Written(written_line)],
        default="",
        description=L_("单位答复时会看到"),
    )

    def offer_branches(self, branches: Sequence[JoinBranchOut]) -> None:
        """What there is to choose; who has one branch is not asked which."""
        _offer_branches(self, branches)

    def to_request(self) -> JoinIn:
        """What is asked of enrollment."""
        branch = str(self.branch_id.data) if "branch_id" in self else ""
        return JoinIn(branch_id=branch, why=self.why.data or "")


class EnrolForm(PageForm):
    """A seat in a class that is open to all: for which of the own branches, where there
    are several."""

    refused_at = {"branch-to-ask": "branch_id"}
    branch_id = RadioField(
        L_("以哪个单位的名额报名"),
        [Filled(N_("请选一个单位"))],
        choices=[],
        validate_choice=False,
    )

    def offer_branches(self, branches: Sequence[JoinBranchOut]) -> None:
        """What there is to choose; who has one branch is not asked which."""
        _offer_branches(self, branches)

    def to_enrolment(self) -> EnrolmentIn:
        """What is asked of enrollment."""
        branch = str(self.branch_id.data) if "branch_id" in self else ""
        return EnrolmentIn(branch_id=branch)


def _offer_branches(
    form: JoinForm | EnrolForm, branches: Sequence[JoinBranchOut]
) -> None:
    if len(branches) < 2:
        del form.branch_id
        return
    named = [(one.branch_id, one.branch_name) for one in branches]
    form.branch_id.choices = list_choices(named)


class DecisionForm(PageForm):
    """Requests that are picked, and what is decided about all of them."""

    request = SelectMultipleField(
        L_("入班申请"),
        [
            Filled(N_("请先选中要答复的申请")),
            AtMost(MOST_IDS, N_("一次最多答复 %(n)s 个：请分几次")),
        ],
        choices=[],
        validate_choice=False,
    )
    decision = RadioField(
        L_("怎样答复"),
        [Filled(N_("请选同意或不同意"))],
        choices=[],
        validate_choice=False,
    )
    reason = StringField(
        L_("不同意的理由"),
        [AtMost.of(DecisionsIn, "reason"), Written(written_line)],
        default="",
        description=L_("不同意时必须填写，申请人会看到"),
    )

    def offer_decisions(self) -> None:
        """Yes and no, in the page's language."""
        self.decision.choices = list_choices(
            [(APPROVED, gettext("同意参加")), (REFUSED, gettext("不同意参加"))]
        )

    def is_decided(self) -> bool:
        """Whether it was sent and is right; a refusal needs a reason."""
        if not self.is_sent():
            return False
        if self.decision.data not in (APPROVED, REFUSED):
            self.refuse(gettext("请选同意或不同意"), "decision")
            return False
        if self.decision.data == REFUSED and not (self.reason.data or "").strip():
            self.refuse(gettext("请写明不同意的理由：申请人会看到"), "reason")
            return False
        return True
