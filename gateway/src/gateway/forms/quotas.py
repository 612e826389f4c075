"""Forms with rows for the quotas of branches, as many as are needed."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar, cast

from contracts.http.class_seats import MOST_QUOTAS, MOST_SEATS
from wtforms import StringField
from wtforms.fields import Field
from wtforms.form import FormMeta
from wtforms.validators import Optional

from gateway.forms.base import PageForm
from gateway.forms.branches import offer_branches
from gateway.forms.fields import NumberField
from gateway.forms.rules import Between, trim_line
from gateway.texts.language import L_

ROWS_AT_ONCE = 20
"""The districts of the city and some; who needs more gets as many again, and on."""
SPARE_ROWS = 5
"""Empty rows that there are at least, to write more quotas in."""
ROW = re.compile(r"quota_(?:branch|seats)_([1-9][0-9]{0,2})")


@dataclass(frozen=True)
class QuotaRow:
    """The two fields of one quota: whose it is, and how many seats."""

    branch: Field
    seats: Field

    @property
    def is_written(self) -> bool:
        """Whether something was written in it."""
        return bool(self.branch.data or any(self.seats.raw_data or ()))


class QuotaForm(PageForm):
    """A form that has rows for quotas once `with_quota_rows` made them."""

    def quota_rows(self) -> Iterator[QuotaRow]:
        """The fields of all quotas, row by row."""
        number = 1
        while f"quota_branch_{number}" in self:
            yield QuotaRow(
                self[f"quota_branch_{number}"], self[f"quota_seats_{number}"]
            )
            number += 1

    def has_quotas(self) -> bool:
        """Whether something stands in one of their rows."""
        return any(row.is_written for row in self.quota_rows())


AnyQuotaForm = TypeVar("AnyQuotaForm", bound=QuotaForm)


def with_quota_rows(base: type[AnyQuotaForm], quotas: int) -> type[AnyQuotaForm]:
    """The form with room for so many quotas, and for some more."""
    steps = -(-(quotas + SPARE_ROWS) // ROWS_AT_ONCE)
    rows = min(MOST_QUOTAS, max(1, steps) * ROWS_AT_ONCE)
    return cast(type[AnyQuotaForm], _make_form(base, rows))


def count_quotas_sent(sent: Mapping[str, object]) -> int:
    """How many quotas a form was made for that was sent."""
    found = [ROW.fullmatch(name) for name in sent]
    rows = max((int(match[1]) for match in found if match), default=0)
    return max(0, rows - SPARE_ROWS)


@lru_cache(maxsize=2 * MOST_QUOTAS // ROWS_AT_ONCE)
def _make_form(base: type[QuotaForm], rows: int) -> FormMeta:
    fields: dict[str, Field] = {}
    for row in range(1, rows + 1):
        fields[f"quota_branch_{row}"] = StringField(
            L_("单位"), filters=[trim_line(200)], default="", render_kw=offer_branches()
        )
        fields[f"quota_seats_{row}"] = NumberField(
            L_("最多几席"), [Optional(), Between(0, MOST_SEATS)]
        )
    return FormMeta(base.__name__, (base,), fields)
