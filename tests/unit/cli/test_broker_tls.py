"""The broker's certificate for branches: by an authority that stays, for a name."""

import datetime
from pathlib import Path

from biyong import broker_tls
from biyong.composed import PartAddresses, make_texts
from cryptography import x509
from cryptography.hazmat.primitives import serialization

FILES = ("branches.pem", "branches.key", "branches_ca.pem", "branches_ca.key")


def read(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in FILES}


def certificate(folder: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate((folder / "branches.pem").read_bytes())


def names_of(folder: Path) -> set[str]:
    kind = x509.SubjectAlternativeName
    found = certificate(folder).extensions.get_extension_for_class(kind).value
    return {str(name.value) for name in found}


def test_a_good_certificate_stays_and_another_name_brings_another(
    tmp_path: Path,
) -> None:
    broker_tls.make_certificate(tmp_path, "amqp.example.org")
    first = read(tmp_path)
    assert names_of(tmp_path) == {"amqp.example.org", "rabbitmq", "localhost"}
    broker_tls.make_certificate(tmp_path, "amqp.example.org")
    assert read(tmp_path) == first
    broker_tls.make_certificate(tmp_path, "192.0.2.7")
    assert "192.0.2.7" in names_of(tmp_path)
    now = read(tmp_path)
    assert now["branches.pem"] != first["branches.pem"]
    assert now["branches_ca.pem"] == first["branches_ca.pem"]


def test_what_is_near_its_end_is_made_anew(tmp_path: Path) -> None:
    broker_tls.make_certificate(tmp_path, "amqp.example.org")
    left = certificate(tmp_path).not_valid_after_utc - datetime.datetime.now(
        datetime.UTC
    )
    assert left > datetime.timedelta(days=800)
    ending = broker_tls.DAYS
    broker_tls.make_certificate(tmp_path, "amqp.example.org")
    before = certificate(tmp_path)
    renewed = broker_tls.sign_certificate(
        tmp_path, "amqp.example.org", days=broker_tls.RENEWED_DAYS - 1
    )
    assert renewed.not_valid_after_utc < before.not_valid_after_utc
    broker_tls.make_certificate(tmp_path, "amqp.example.org")
    again = certificate(tmp_path)
    assert (again.not_valid_after_utc - before.not_valid_before_utc).days >= ending


def test_the_authority_signed_it_and_its_key_belongs_to_it(tmp_path: Path) -> None:
    broker_tls.make_certificate(tmp_path, "localhost")
    authority = x509.load_pem_x509_certificate(read(tmp_path)["branches_ca.pem"])
    certificate(tmp_path).verify_directly_issued_by(authority)
    key = serialization.load_pem_private_key(read(tmp_path)["branches.key"], None)
    assert key.public_key() == certificate(tmp_path).public_key()


def test_the_account_for_accounts_is_sent_to_the_same_brokers_management(
    tmp_path: Path,
) -> None:
    for number, (broker, expected) in enumerate(
        (
            ("amqp://rabbitmq:5672/", "http://accounts:{}@rabbitmq:15672/"),
            (
                "amqps://mq.example/training?ca=/secrets/ca.crt",
                "https://accounts:{}@mq.example:15671/"
                "?ca=/secrets/ca.crt&vhost=training",
            ),
        )
    ):
        folder = tmp_path / str(number)
        folder.mkdir()
        make_texts(folder, PartAddresses(broker=broker))
        word = (folder / "accounts_password").read_text()
        said = (folder / "amqp_management_url").read_text()
        assert said == expected.format(word)
