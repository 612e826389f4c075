"""The quotas of a class in a form: as they are, and as they were written."""

from collections.abc import Mapping

from flask import request

from gateway.clients.page_services import PageServices
from gateway.forms.quotas import (
    AnyQuotaForm,
    QuotaForm,
    QuotaRow,
    count_quotas_sent,
    with_quota_rows,
)
from gateway.pages.branch_words import (
    find_ids_written,
    id_written,
    name_branches,
    pick_branch,
    write_branch,
)
from gateway.texts import N_
from gateway.texts.language import gettext


def read_form(base: type[AnyQuotaForm], quotas: int = 0) -> AnyQuotaForm:
    """The form as it was sent, with all its rows; else one for so many quotas."""
    if request.method == "POST":
        quotas = count_quotas_sent(request.form)
    return with_quota_rows(base, quotas).of_request()


def fill_quotas(
    services: PageServices, form: QuotaForm, quotas: Mapping[str, int]
) -> None:
    """Write the quotas, seats by branch, into the rows."""
    names = name_branches(services, quotas)
    for row, (branch, seats) in zip(form.quota_rows(), quotas.items(), strict=False):
        row.branch.data = write_branch(branch, names.get(branch, ""))
        row.seats.data = seats


def read_quotas(services: PageServices, form: QuotaForm) -> dict[str, int] | None:
    """The quotas that were written, seats by branch; None with the faults at their
    fields."""
    rows = [row for row in form.quota_rows() if row.is_written]
    known = find_ids_written(services, [row.branch.data or "" for row in rows])
    quotas: dict[str, int] = {}
    for row in rows:
        if not _is_whole(form, row):
            continue
        branch = id_written(row.branch.data)
        if branch not in known:
            branch = pick_branch(services, form, row.branch.name) or ""
        if branch in quotas:
            text = N_("这个单位上面已有名额：请只留一个")
            form.refuse(gettext(text), row.branch.name)
        elif branch:
            quotas[branch] = row.seats.data
    has_faults = any(row.branch.errors or row.seats.errors for row in rows)
    return None if has_faults else quotas


def find_field(form: QuotaForm, branch_id: str) -> str:
    """The field of the seats of a branch; empty where no row has its id."""
    fields = (
        row.seats.name
        for row in form.quota_rows()
        if id_written(row.branch.data or "") == branch_id
    )
    return next(fields, "")


def _is_whole(form: QuotaForm, row: QuotaRow) -> bool:
    """Whether both fields of a row say something."""
    if not row.branch.data:
        form.refuse(gettext(N_("请写明是哪个单位的名额")), row.branch.name)
    if row.seats.data is None:
        form.refuse(gettext(N_("请填这个单位最多几席")), row.seats.name)
    return bool(row.branch.data) and row.seats.data is not None
