"""The forms by which staff say which records are of one human."""

from wtforms import HiddenField, RadioField, StringField

from gateway.forms.base import PageForm
from gateway.forms.fields import list_choices
from gateway.forms.rules import AtMost, Filled, trim_line
from gateway.texts import N_
from gateway.texts.language import L_, gettext

MOST_ID = 200


class DoubleForm(PageForm):
    """Two records that look alike: which one counts."""

    pair = HiddenField()
    keep = RadioField(
        L_("保留哪一份"),
        [Filled(N_("请先选保留哪一份"))],
        choices=[],
        validate_choice=False,
    )

    def offer_people(self, people: list[tuple[str, str]]) -> None:
        """The two to choose from: id and what tells them apart."""
        self.keep.choices = list_choices(people)


class MergeForm(PageForm):
    """Another record that counts for this person."""

    refused_at = {
        "unknown-person": "other",
        "same-person": "other",
        "already-merged": "other",
    }
    namesake = RadioField(
        L_("另一份记录"), choices=[], default="", validate_choice=False
    )
    other = StringField(
        L_("另一份记录的编号"),
        [AtMost(MOST_ID)],
        filters=[trim_line(MOST_ID)],
        default="",
        description=L_("在另一份记录的页面上"),
    )

    def offer_namesakes(self, people: list[tuple[str, str]]) -> None:
        """Records under the same name; without any there is the number to write."""
        if not people:
            del self.namesake
            return
        elsewhere = ("", gettext("都不是：写编号"))
        self.namesake.choices = list_choices([*people, elsewhere])

    def get_other(self) -> str:
        """The record that was chosen, else the one that was written; empty for none."""
        chosen = self.namesake.data if "namesake" in self else ""
        return str(chosen or self.other.data or "")
