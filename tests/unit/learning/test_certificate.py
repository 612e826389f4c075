"""Certificates: any changed field fails, an old key still verifies."""

import base64
import datetime
import hashlib
import json
from dataclasses import fields, replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fields.codes import CERTIFICATE_LETTERS, plain_certificate_number
from hypothesis import given
from hypothesis import strategies as st
from learning.clients.seal import KeySeal
from learning.domain.certificate import Certificate, number_for
from learning.domain.errors import UnknownCertificate
from learning.usecases.revoke_certificate import revoke_certificate
from learning.usecases.verify_certificate import verify_certificate

from tests.unit.learning.fakes import FakeCertificates
from tests.unit.learning.world import SEAT, SECRET, World

PLAIN = Certificate(
    number="BY-2026-ABCD-EFGH-JKLM",
    person_id="pq81m",
    class_id="c1",
    name="张三",
    title="工会财务培训班",
    hours="1.50",
    issued_on="2026-11-23",
    issuer="北京市总工会干部学院",
)
UNSIGNED = {"replaced_by", "joined", "revoked_on", "revoked_for"}
FULL = replace(
    PLAIN,
    replaces="BY-2025-1",
    branch_name="东城区总工会",
    starts_on="2026-11-01",
    ends_on="2026-11-20",
)


def a_key(kid: str) -> dict[str, str]:
    raw = Ed25519PrivateKey.generate().private_bytes_raw()
    return {"kid": kid, "d": base64.urlsafe_b64encode(raw).decode().rstrip("=")}


def a_seal(folder: Path, *keys: dict[str, str]) -> KeySeal:
    file = folder / "certificate-keys.json"
    file.write_text(json.dumps({"keys": keys}))
    return KeySeal(file)


@pytest.fixture(name="seal")
def _seal(tmp_path: Path) -> KeySeal:
    return a_seal(tmp_path, a_key("2026"))


def test_a_certificate_as_signed_is_genuine(seal: KeySeal) -> None:
    signed = seal.sign(PLAIN)
    assert signed.key_id == "2026"
    assert seal.has_valid_signature(signed)


@pytest.mark.parametrize(
    "field", [f.name for f in fields(Certificate) if f.name not in UNSIGNED]
)
def test_any_changed_field_fails(seal: KeySeal, field: str) -> None:
    signed = seal.sign(FULL)
    for changed in ("", "x", getattr(signed, field)[:-1], getattr(signed, field) + " "):
        if field != "signature" or changed.strip() != signed.signature:
            assert not seal.has_valid_signature(replace(signed, **{field: changed}))


def test_words_moved_from_one_field_to_the_next_fail(seal: KeySeal) -> None:
    signed = seal.sign(PLAIN)
    moved = replace(signed, name="张", title="三" + PLAIN.title)
    assert not seal.has_valid_signature(moved)


def test_an_unsigned_certificate_is_not_genuine(seal: KeySeal) -> None:
    assert not seal.has_valid_signature(PLAIN)
    assert not seal.has_valid_signature(replace(PLAIN, key_id="2026"))


@pytest.mark.parametrize(
    "signature", ["a", "签名", "====", "\x00", "A" * 88, "-_" * 43]
)
def test_a_signature_that_is_none_fails_quietly(seal: KeySeal, signature: str) -> None:
    assert not seal.has_valid_signature(replace(seal.sign(PLAIN), signature=signature))


def test_a_signature_by_a_key_of_somebody_else_fails(
    seal: KeySeal, tmp_path: Path
) -> None:
    stranger = a_seal(tmp_path, a_key("2026"))
    assert not seal.has_valid_signature(stranger.sign(PLAIN))


def test_a_key_that_is_not_known_fails(seal: KeySeal, tmp_path: Path) -> None:
    other = a_seal(tmp_path, a_key("1999"))
    assert not seal.has_valid_signature(other.sign(PLAIN))


def test_after_rotation_the_old_key_still_verifies_and_the_new_one_signs(
    tmp_path: Path,
) -> None:
    old, new = a_key("2026"), a_key("2027")
    before = a_seal(tmp_path, old).sign(PLAIN)
    rotated = a_seal(tmp_path, old, new)
    after = rotated.sign(PLAIN)
    assert after.key_id == "2027"
    assert rotated.has_valid_signature(before)
    assert rotated.has_valid_signature(after)


def test_a_revocation_can_be_written_on_without_breaking_the_seal(
    seal: KeySeal,
) -> None:
    revoked = replace(seal.sign(PLAIN), revoked_on="2027-01-01", revoked_for="误发")
    assert seal.has_valid_signature(revoked)


def test_a_number_is_found_in_any_case_and_with_space_around(seal: KeySeal) -> None:
    certificates = FakeCertificates()
    certificates.issue(seal.sign(PLAIN))
    verdict = verify_certificate(certificates, seal, f" {PLAIN.number.lower()} ")
    assert verdict.genuine
    assert verdict.certificate.name == "张三"


def test_a_stored_certificate_that_was_changed_is_shown_as_not_genuine(
    seal: KeySeal,
) -> None:
    certificates = FakeCertificates()
    certificates.issue(replace(seal.sign(PLAIN), hours="99.00"))
    assert not verify_certificate(certificates, seal, PLAIN.number).genuine


def test_an_unknown_number_is_refused(seal: KeySeal) -> None:
    with pytest.raises(UnknownCertificate):
        verify_certificate(FakeCertificates(), seal, "BY-2026-0000")


@given(st.text(min_size=1, max_size=30), st.text(min_size=1, max_size=30))
def test_a_number_is_neither_counted_nor_mistaken(class_id: str, person: str) -> None:
    number = number_for(SECRET, 2026, class_id, person)
    assert number == number_for(SECRET, 2026, class_id, person)
    assert number.startswith("BY-2026-")
    assert not set(number.removeprefix("BY-2026-")) & set("01IO")
    assert len(number) == 22
    assert plain_certificate_number(number) == number


@given(st.text(min_size=1, max_size=30), st.text(min_size=1, max_size=30))
def test_a_number_cannot_be_computed_without_the_secret(
    class_id: str, person: str
) -> None:
    number = number_for(SECRET, 2026, class_id, person)
    assert number != number_for(b"", 2026, class_id, person)
    assert number != number_for(b"another", 2026, class_id, person)
    public = hashlib.sha256(f"{class_id}/{person}".encode()).digest()
    code = "".join(CERTIFICATE_LETTERS[byte & 31] for byte in public[:12])
    assert number.replace("-", "")[6:] != code


def test_a_certificate_that_is_there_keeps_its_number(seal: KeySeal) -> None:
    world = World()
    earlier = replace(PLAIN, person_id="p", number="BY-2025-2345-6789-ABCD")
    world.certificates.issue(seal.sign(earlier))
    world.follow(SEAT)
    world.watch("a", "b")
    assert list(world.certificates.rows) == [earlier.number]
    assert verify_certificate(world.certificates, seal, earlier.number).genuine


@pytest.mark.parametrize(
    "written",
    [
        "by-2026-abcd-efgh-jklm",
        "BY2026ABCDEFGHJKLM",
        "  BY 2026 ABCD EFGH JKLM ",
        "ＢＹ－２０２６－ＡＢＣＤ－ＥＦＧＨ－ＪＫＬＭ",
        "ｂｙ２０２６ａｂｃｄｅｆｇｈｊｋｌｍ",
        "BY–2026–ABCD–EFGH—JKLM",
        "BY－2026−ABCD‐EFGH‑JKLM",
        "BY-2026-ABCD-\nEFGH-JKLM\t",
        "BY-2026-ABCD-\u200bEFGH-JKLM",
        "BY-2026-ABCD-EFGH-JKLM\u3000",
    ],
)
def test_case_width_blanks_and_hyphens_of_a_number_do_not_matter(
    seal: KeySeal, written: str
) -> None:
    certificates = FakeCertificates()
    certificates.issue(seal.sign(PLAIN))
    assert verify_certificate(certificates, seal, written).genuine


@pytest.mark.parametrize(
    "written",
    ["", "BY", "x" * 5000, "BY-2026-ABCD-EFGH-JKL", "BY-2026-ABCD-EFGH-JKLM-N", "工会"],
)
def test_what_is_no_number_is_an_unknown_one(seal: KeySeal, written: str) -> None:
    certificates = FakeCertificates()
    certificates.issue(seal.sign(PLAIN))
    with pytest.raises(UnknownCertificate):
        verify_certificate(certificates, seal, written)


class Noted:
    """The lines of who revoked what and why."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, str, str]] = []

    def __call__(self, who: str, number: str, why: str) -> None:
        self.lines.append((who, number, why))


def test_a_certificate_is_revoked_once_and_noted_for_good(seal: KeySeal) -> None:
    certificates, noted = FakeCertificates(), Noted()
    certificates.issue(seal.sign(PLAIN))
    day = datetime.date(2027, 1, 1)
    written = PLAIN.number.lower()
    revoke_certificate(certificates, noted, written, "误发", "jiaowu", day)
    later = day + datetime.timedelta(days=1)
    again = revoke_certificate(certificates, noted, written, "别的", "other", later)
    assert (again.revoked_on, again.revoked_for) == ("2027-01-01", "误发")
    assert noted.lines == [("jiaowu", PLAIN.number, "误发")]
    verdict = verify_certificate(certificates, seal, PLAIN.number)
    assert verdict.genuine
    assert verdict.certificate.revoked_for == "误发"


def test_an_unknown_certificate_is_not_revoked_and_nothing_is_noted() -> None:
    noted = Noted()
    with pytest.raises(UnknownCertificate):
        revoke_certificate(
            FakeCertificates(), noted, PLAIN.number, "x", "j", datetime.date(2027, 1, 1)
        )
    assert noted.lines == []


def test_issuing_tells_neither_name_nor_hours() -> None:
    (told,) = PLAIN.creation_events()
    assert "张三" not in str(told)
