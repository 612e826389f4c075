"""The sheet of a certificate: for who holds it, with what was printed on it."""

from typing import Any

import msgspec
import pytest
from chassis.http.problem import Problem
from contracts.http.learning import VerdictOut
from gateway.identity.account import OFFICER, TRAINEE
from gateway.pages.certificate_view import view_certificate
from gateway.pages.public.certificates import CertificatePages
from gateway.pages.trainee.certificates import CertificateSheetPages

from tests.unit.gateway.samples import CERTIFICATE
from tests.unit.gateway.scene import Scene, scene

NUMBER = CERTIFICATE["number"]
PATH = f"/certificates/{NUMBER}"
ISSUED = CERTIFICATE | {
    "genuine": True,
    "branch_name": "东城区总工会",
    "starts_on": "2026-11-01",
    "ends_on": "2026-11-20",
}
REVOKED = {"revoked_on": "2027-01-02", "revoked_for": "误发"}


def holding(*own: dict[str, Any], verdict: dict[str, Any] = ISSUED) -> Scene:
    made = scene(CertificateSheetPages(), TRAINEE)
    answers = made.services["learning"].answers
    answers["/certificates"] = [
        {k: v for k, v in one.items() if k != "genuine"} for one in own
    ]
    answers[f"/certificates/{verdict['number']}"] = verdict
    return made


@pytest.mark.parametrize(
    ("language", "days", "label"),
    [
        ("zh", "2026年11月1日 至 2026年11月20日", "单位"),
        ("en", "November 1, 2026 to November 20, 2026", "Branch"),
    ],
)
def test_the_holder_sees_name_branch_days_and_hours(
    language: str, days: str, label: str
) -> None:
    page = holding(ISSUED).get(PATH, language)
    assert page.status_code == 200
    for said in ("李明", "协商一班", "东城区总工会", days, label, NUMBER, "1.00"):
        assert said in page.text
    assert f"/verify/{NUMBER}/qr.svg" in page.text
    assert 'class="across"' not in page.text


def test_of_what_was_not_printed_then_there_is_no_line() -> None:
    page = holding(CERTIFICATE, verdict=CERTIFICATE | {"genuine": True}).get(PATH)
    assert page.status_code == 200
    assert "培训日期" not in page.text
    assert "单位" not in page.text.partition("<article")[2]


@pytest.mark.parametrize("own", [[], [ISSUED | {"number": "BY-2026-AAAA-AAAA-AAAA"}]])
def test_nobody_prints_the_sheet_of_somebody_else(own: list[dict[str, Any]]) -> None:
    made = holding(*own)
    assert made.get(PATH).status_code == 404
    assert PATH not in made.services["learning"].asked


def test_who_is_no_trainee_has_no_sheets() -> None:
    assert scene(CertificateSheetPages(), OFFICER).get(PATH).status_code == 403
    assert scene(CertificateSheetPages()).get(PATH).status_code == 303


@pytest.mark.parametrize(
    ("changes", "across"),
    [
        (REVOKED, "已撤销"),
        (REVOKED | {"genuine": False}, "已撤销"),
        ({"replaced_by": "BY-2026-AAAA-AAAA-AAAA"}, "已换发"),
        ({"genuine": False}, "不可信"),
    ],
)
def test_what_does_not_hold_says_so_across_the_sheet(
    changes: dict[str, Any], across: str
) -> None:
    page = holding(ISSUED, verdict=ISSUED | changes).get(PATH)
    assert f'aria-hidden="true">{across}' in page.text
    assert "误发" in page.text or "revoked_on" not in changes


def test_a_sheet_without_its_service_is_no_sheet_and_no_refusal() -> None:
    made = holding(ISSUED)
    made.services["learning"].answers[PATH] = Problem(503, "service-away", "x")
    assert made.get(PATH).status_code == 503


def test_a_name_that_was_removed_leaves_a_sheet_that_says_so() -> None:
    page = holding(ISSUED, verdict=ISSUED | {"name": ""}).get(PATH)
    assert "姓名已按本人的要求删除" in page.text


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        ("2026-11-01", "2026-11-01", "2026年11月1日"),
        ("", "2026-11-20", "2026年11月20日"),
        ("", "", ""),
        ("soon", "", "soon"),
    ],
)
def test_a_class_of_one_day_has_one_and_one_without_has_none(
    first: str, last: str, days: str
) -> None:
    verdict = ISSUED | {"starts_on": first, "ends_on": last}
    page = holding(ISSUED, verdict=verdict).get(PATH).text
    assert (f"<dd>{days}</dd>" in page) == bool(days)
    assert ("培训日期" in page) == bool(days)


@pytest.mark.parametrize(("length", "size"), [(3, ""), (25, "long"), (81, "longest")])
def test_a_long_name_is_set_smaller(length: int, size: str) -> None:
    verdict = ISSUED | {"name": "长" * length}
    made = holding(ISSUED, verdict=verdict)
    assert f'class="holder {size}">' in made.get(PATH).text


def test_whoever_checks_it_sees_branch_and_days_too() -> None:
    verifying = scene(CertificatePages("http://127.0.0.1"))
    verifying.services["learning"].answers[PATH] = ISSUED
    page = verifying.get(f"/verify/{NUMBER}").text
    assert "东城区总工会" in page
    assert "2026年11月1日 至 2026年11月20日" in page


def test_the_view_keeps_what_was_signed_letter_for_letter() -> None:
    verdict = msgspec.convert(ISSUED | {"title": "<b>100%(h)s</b>"}, VerdictOut)
    made = holding(ISSUED, verdict=msgspec.to_builtins(verdict))
    assert "&lt;b&gt;100%(h)s&lt;/b&gt;" in made.get(PATH).text
    with made.client.application.test_request_context():
        assert view_certificate(verdict).title.text == verdict.title
