"""Staff look for certificates, open one, and revoke it for a reason."""

from dataclasses import dataclass
from typing import Any

import msgspec
from chassis.http.problem import Problem
from chassis.http.routing import Routes, get, route
from contracts.http.learning import CertificatesQuery, IssuedOut, RevocationIn
from contracts.http.shape import Page
from flask import Response, request

from gateway.clients.page_services import PageServices
from gateway.clients.parts import Unavailable
from gateway.forms.base import apply_problem
from gateway.forms.certificates import CertificateSearchForm
from gateway.forms.hours import RevocationForm
from gateway.identity.account import STAFF
from gateway.pages.certificate_view import view_days, view_validity
from gateway.pages.components.paging import build_pages
from gateway.pages.components.tables import Column, build_heads
from gateway.pages.formats import format_day
from gateway.pages.page_client import page_services
from gateway.pages.rendering import is_part, redirect_to, render_page
from gateway.pages.role_guard import for_role
from gateway.texts import N_
from gateway.texts.language import gettext

PATH = "/staff/certificates"
PAGE_SIZE = 50
UNKNOWN = "unknown-certificate"


@dataclass(frozen=True)
class IssuedLine:
    """A certificate as a line of the list."""

    path: str
    number: str
    title: str
    name: str
    issued_on: str
    state: str
    tone: str


class StaffCertificatePages(Routes):
    """The list of certificates, and the page of one."""

    name = "staff_certificates"

    @get(PATH)
    @for_role(STAFF)
    def list_certificates(self) -> Response:
        """Those that fit, and the keys that sign them."""
        services, form = page_services(), CertificateSearchForm.of_request()
        found = _find(services, form, request.args.get("after", ""))
        part, items, following = is_part(), list[IssuedOut](), ""
        if not isinstance(found, Unavailable):
            items, following = found.items, found.next
        context: dict[str, Any] = {
            "form": form,
            "found": found,
            "lines": [view_line(one) for one in items],
            "heads": build_heads(_columns(), PATH, {}),
            "pages": build_pages(PATH, request.args, following),
        }
        if not part:
            keys = services.ask_part(services.learning.list_key_uses)
            context["keys"] = keys.get_answer()
        template = "staff/certificates/found.html" if part else LIST
        return render_page(template, **context)

    @route(f"{PATH}/<number>", "GET", "POST")
    @for_role(STAFF)
    def revoke_certificate(self, number: str) -> Response:
        """A certificate as staff see it; it is revoked with a reason."""
        services, form = page_services(), RevocationForm.of_request()
        learning, status = services.learning, 200
        verdict = learning.show_certificate(number)
        if form.is_sent():
            try:
                asked = RevocationIn(reason=form.reason.data or "")
                learning.post_revocation(verdict.number, asked)
            except Problem as problem:
                if problem.status not in (409, 422, 503):
                    raise
                apply_problem(form, problem, problem.detail)
                status = problem.status
            else:
                return redirect_to(f"{PATH}/{verdict.number}?done=revoked")
        elif request.method == "POST":
            status = 422
        issued = learning.list_issued(CertificatesQuery(number=verdict.number)).items
        return render_page(
            "staff/certificates/show.html",
            status,
            certificate=verdict,
            person_id=issued[0].person_id if issued else "",
            validity=view_validity(verdict),
            days=view_days(verdict),
            form=form,
            is_done=request.method == "GET" and request.args.get("done") == "revoked",
        )


LIST = "staff/certificates/list.html"


def _find(
    services: PageServices, form: CertificateSearchForm, after: str
) -> Page[IssuedOut] | Unavailable:
    """What fits; an id that can be none fits nothing."""
    try:
        asked = msgspec.convert(
            {
                "number": form.number.data or "",
                "person_id": form.person_id.data or "",
                "class_id": form.class_id.data or "",
                "after": after[:400],
                "limit": PAGE_SIZE,
            },
            CertificatesQuery,
        )
    except msgspec.ValidationError:
        return Page(items=[])
    return services.ask_part(services.learning.list_issued, asked).get_answer()


def view_line(one: IssuedOut) -> IssuedLine:
    """A certificate as a line."""
    state, tone = N_("有效"), "ok"
    if one.revoked_on:
        state, tone = N_("已撤销"), "no"
    elif one.replaced_by:
        state, tone = N_("已换发"), "wait"
    return IssuedLine(
        f"{PATH}/{one.number}",
        one.number,
        one.title,
        one.name,
        format_day(one.issued_on),
        gettext(state),
        tone,
    )


def _columns() -> tuple[Column, ...]:
    return (
        Column("number", gettext(N_("编号"))),
        Column("title", gettext(N_("班级"))),
        Column("name", gettext(N_("姓名"))),
        Column("issued_on", gettext(N_("签发日期"))),
        Column("state", gettext(N_("状态"))),
    )
