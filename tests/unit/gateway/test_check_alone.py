"""A certificate is checked without the platform: by two files and a program."""

import json
import subprocess
import sys
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from chassis.http.problem import Problem
from contracts.http.learning import PublicKeyOut, PublicKeysOut, VerdictOut
from gateway.certificates.document import WriteCertificates
from gateway.pages.public.certificate_files import CertificateFilePages
from learning.api.records import RecordRoutes
from learning.clients.seal import KeySeal
from learning.domain.certificate import Certificate
from msgspec import to_builtins

from tests.unit.gateway.scene import Scene, scene
from tests.unit.learning.test_certificate import FULL, PLAIN, a_key, a_seal

SITE = "https://biyong.example"
PROGRAM = str(files("gateway").joinpath("static/check_certificate.py"))
PATH = f"/verify/{PLAIN.number}"
WRITE = WriteCertificates()


@pytest.fixture(name="seal")
def _seal(tmp_path: Path) -> KeySeal:
    return a_seal(tmp_path, a_key("2025"), a_key("2026"))


def publishing(certificate: Certificate, seal: KeySeal) -> Scene:
    """The pages before a learning with this certificate and the seal's keys."""
    made = scene(CertificateFilePages(SITE, WRITE))
    asked = RecordRoutes.list_keys(_WithSeal(seal))  # type: ignore[arg-type]
    verdict = VerdictOut.of(
        certificate,
        genuine=seal.has_valid_signature(certificate),
        signed_text=certificate.signed_text().decode(),
    )
    answers = made.services["learning"].answers
    answers[f"/certificates/{certificate.number}"] = to_builtins(verdict)
    answers["/certificates/keys"] = to_builtins(asked)
    return made


class _WithSeal:
    def __init__(self, seal: KeySeal) -> None:
        self.seal = seal


def check(
    folder: Path, certificate: Any, keys: Any
) -> subprocess.CompletedProcess[str]:
    """The program, apart from everything of ours, on two saved files."""
    (folder / "c.json").write_text(json.dumps(certificate), "utf-8")
    (folder / "k.json").write_text(json.dumps(keys), "utf-8")
    return subprocess.run(
        [sys.executable, "-I", "-X", "utf8", PROGRAM, "c.json", "k.json"],
        cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip


@pytest.mark.parametrize("certificate", [PLAIN, FULL], ids=["of before", "full"])
def test_what_the_seal_signed_is_genuine_without_the_platform(
    tmp_path: Path, seal: KeySeal, certificate: Certificate
) -> None:
    made = publishing(seal.sign(certificate), seal)
    told, keys = made.get(f"{PATH}.json").json, made.get("/verify/keys.json").json
    done = check(tmp_path, told, keys)
    assert done.returncode == 0, done.stdout + done.stderr
    for said in (certificate.name, certificate.title, certificate.branch_name):
        assert said in done.stdout
    assert told["keys"] == f"{SITE}/verify/keys.json"


@pytest.mark.parametrize(
    ("found", "put"),
    [
        ('"1.50"', '"9.50"'), ("张三", "李四"), ("东城", "西城"), ("-11-20", "-11-21"),
        ("2026-ABCD", "2026-ABCE"), ('"2026"', '"2025"'), ('"2026"', '"2027"'),
    ],
)  # fmt: skip
def test_whatever_was_changed_in_the_text_is_not_believed(
    tmp_path: Path, seal: KeySeal, found: str, put: str
) -> None:
    made = publishing(seal.sign(FULL), seal)
    told, keys = made.get(f"{PATH}.json").json, made.get("/verify/keys.json").json
    changed = told["signed_text"].replace(found, put)
    assert changed != told["signed_text"]
    assert check(tmp_path, told | {"signed_text": changed}, keys).returncode == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"number": "BY-2026-AAAA-AAAA-AAAA"},
        {"signature": ""},
        {"signature": "签"},
        {"signed_text": "[]"},
        {"signed_text": None},
    ],
)
def test_what_is_no_certificate_is_refused_with_a_reason(
    tmp_path: Path, seal: KeySeal, changes: dict[str, Any]
) -> None:
    made = publishing(seal.sign(FULL), seal)
    told, keys = made.get(f"{PATH}.json").json, made.get("/verify/keys.json").json
    done = check(tmp_path, told | changes, keys)
    assert done.returncode == 1
    assert done.stdout.startswith("NOT GENUINE")


def test_keys_of_somebody_else_prove_nothing(tmp_path: Path, seal: KeySeal) -> None:
    told = publishing(seal.sign(FULL), seal).get(f"{PATH}.json").json
    others = publishing(FULL, a_seal(tmp_path, a_key("2026")))
    keys = others.get("/verify/keys.json").json
    assert check(tmp_path, told, keys).returncode == 1


def test_what_was_revoked_or_replaced_when_it_was_saved_is_told(
    tmp_path: Path, seal: KeySeal
) -> None:
    signed = seal.sign(FULL)
    revoked = replace(signed, revoked_on="2027-01-02", revoked_for="误发")
    made = publishing(replace(revoked, replaced_by="BY-2027-2"), seal)
    done = check(
        tmp_path, made.get(f"{PATH}.json").json, made.get("/verify/keys.json").json
    )
    assert done.returncode == 2
    assert "REVOKED on 2027-01-02: 误发" in done.stdout
    assert "REPLACED by BY-2027-2" in done.stdout


def test_the_keys_are_a_json_web_key_set_without_anything_private(
    seal: KeySeal,
) -> None:
    made = publishing(PLAIN, seal)
    keys = made.get("/verify/keys.json").json["keys"]
    assert [key["kid"] for key in keys] == ["2025", "2026"]
    for key in keys:
        assert key.keys() == {"kid", "x", "kty", "crv", "alg", "use"}
        assert (key["kty"], key["crv"]) == ("OKP", "Ed25519")
    page = made.get("/verify/keys")
    assert (page.status_code, keys[0]["x"] in page.text) == (200, True)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_of_keys_stays_a_page_while_learning_is_away(language: str) -> None:
    made = scene(CertificateFilePages(SITE, WRITE))
    made.services["learning"].hangs = True
    assert made.get("/verify/keys", language).status_code == 200
    assert made.get("/verify/keys.json", language).status_code == 503


@pytest.mark.parametrize("kind", ["pdf", "json"])
def test_files_of_what_nobody_issued_do_not_exist(kind: str) -> None:
    made = scene(CertificateFilePages(SITE, WRITE))
    assert made.get(f"/verify/x.{kind}").status_code == 404
    unknown = Problem(404, "unknown-certificate", "x")
    made.services["learning"].answers[f"/certificates/{PLAIN.number}"] = unknown
    assert made.get(f"{PATH}.{kind}").status_code == 404


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("changes", [{}, {"name": ""}, {"issued_on": "soon"}])
def test_the_document_comes_to_whoever_has_the_number(
    seal: KeySeal, language: str, changes: dict[str, str]
) -> None:
    made = publishing(replace(seal.sign(FULL), **changes), seal)
    answer = made.get(f"{PATH}.pdf", language)
    assert (answer.status_code, answer.content_type) == (200, "application/pdf")
    assert answer.data.startswith(b"%PDF-")
    assert PLAIN.number in answer.headers["Content-Disposition"]


def test_a_key_of_the_contract_names_what_it_is() -> None:
    [key] = PublicKeysOut(keys=[PublicKeyOut(kid="k", x="x")]).keys
    assert (key.kty, key.crv, key.alg) == ("OKP", "Ed25519", "EdDSA")
