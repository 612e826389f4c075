"""Staff look for certificates, and revoke them for a reason."""

import html
from typing import Any

import pytest
from chassis.http.problem import Problem
from contracts.http.learning import RevocationIn
from gateway.pages.staff.certificates import StaffCertificatePages

from tests.unit.gateway.samples import CERTIFICATE, page_of
from tests.unit.gateway.scene import Scene, scene

NUMBER = str(CERTIFICATE["number"])
ISSUED = CERTIFICATE | {"person_id": "p1"}
VERDICT = CERTIFICATE | {"genuine": True}
PATH = "/staff/certificates"
REVOKING = f"POST /certificates/{NUMBER}/revocation"
KEYS = [
    {"key_id": "cert-old", "since": "2025-01-02", "is_active": False},
    {"key_id": "cert-new", "since": "", "is_active": True},
]


def office(**answers: Any) -> Scene:
    seen = scene(StaffCertificatePages(), "staff")
    seen.services["learning"].answers |= {
        "/certificates/issued": page_of(ISSUED),
        "/certificates/keys/uses": KEYS,
        f"/certificates/{NUMBER}": VERDICT,
    } | answers
    return seen


def text_of(answered: Any) -> str:
    return str(answered.get_data(as_text=True))


def test_certificates_and_keys_are_listed() -> None:
    page = text_of(office().get(PATH))
    assert f"{PATH}/{NUMBER}" in page
    assert page.index("cert-new") < page.index("cert-old")
    assert "现用" in page


def test_what_narrows_goes_to_learning_as_it_was_written() -> None:
    asked = list[Any]()
    seen = office(**{"/certificates/issued": lambda q: asked.append(q) or page_of()})
    seen.get(f"{PATH}?number=by2026&person_id=p1&class_id=c1")
    [query] = asked
    assert query["number"] == "by2026"
    assert (query["person_id"], query["class_id"]) == ("p1", "c1")


@pytest.mark.parametrize("id_", ["<b>", "王小明", "../x", "$ne", "a b"])
def test_an_id_that_can_be_none_finds_nothing(id_: str) -> None:
    seen = office()
    page = seen.client.get(PATH, query_string={"person_id": id_})
    assert page.status_code == 200
    assert NUMBER not in text_of(page)
    assert html.escape(id_) in text_of(page)
    assert "/certificates/issued" not in seen.services["learning"].asked


def test_without_learning_the_page_says_so() -> None:
    away = Problem(503, "service-away", "It does not answer.")
    answers = {"/certificates/issued": away, "/certificates/keys/uses": away}
    page = office(**answers).get(PATH)
    assert page.status_code == 200
    assert NUMBER not in text_of(page)


def test_a_certificate_leads_to_its_person_and_names_what_goes() -> None:
    page = text_of(office().get(f"{PATH}/{NUMBER}"))
    assert 'href="/people/p1"' in page
    assert 'name="sure"' in page


def test_a_revocation_goes_out_with_its_reason() -> None:
    seen = office(**{REVOKING: CERTIFICATE})
    fields = {"reason": "误发", "sure": "y"}
    answered = seen.client.post(f"{PATH}/{NUMBER}", data=fields)
    assert answered.headers["Location"] == f"{PATH}/{NUMBER}?done=revoked"
    assert seen.services["learning"].bodies == [RevocationIn(reason="误发")]


@pytest.mark.parametrize(
    "fields",
    [{"reason": "误发"}, {"sure": "y"}, {"sure": "y", "reason": "\u202e"}, {}],
)
def test_without_a_reason_or_meaning_it_nothing_is_revoked(
    fields: dict[str, str],
) -> None:
    seen = office(**{REVOKING: CERTIFICATE})
    answered = seen.client.post(f"{PATH}/{NUMBER}", data=fields)
    assert answered.status_code == 422
    assert seen.services["learning"].bodies == []


def test_what_was_revoked_says_why_and_is_not_revoked_again() -> None:
    revoked = VERDICT | {"revoked_on": "2026-12-01", "revoked_for": "<b>误发</b>"}
    page = text_of(
        office(**{f"/certificates/{NUMBER}": revoked}).get(f"{PATH}/{NUMBER}")
    )
    assert html.escape("<b>误发</b>") in page
    assert 'name="sure"' not in page


@pytest.mark.parametrize("role", ["officer", "trainee", "operator"])
@pytest.mark.parametrize("path", [PATH, f"{PATH}/{NUMBER}"])
def test_nobody_but_staff_sees_them(role: str, path: str) -> None:
    seen = scene(StaffCertificatePages(), role)
    assert seen.get(path).status_code == 403
    assert seen.services["learning"].asked == []
