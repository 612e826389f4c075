"""Addresses of real parts, with credentials and TLS, read without a slip."""

import pytest
from chassis.broker.address import AmqpAddress
from chassis.objects.connect import open_objects
from chassis.objects.s3_address import S3Address
from chassis.storage.mongo import without_database


def test_a_buckets_address_is_read_whole() -> None:
    said = "https://key:se%2Fcret@s3.example:9000/biyong?region=cn-1&ca=/ca.pem"
    assert S3Address.of(said) == S3Address(
        "s3.example:9000", "biyong", "key", "se/cret", True, "cn-1", "/ca.pem", ""
    )


@pytest.mark.parametrize(
    "said",
    [
        "https://s3.example/biyong",
        "https://key:secret@s3.example/",
        "https://key:secret@s3.example/biyong/folder",
        "https://key:secret@s3.example/biyong?regoin=x",
        "http://:@/b",
    ],
)
def test_a_wrong_address_is_refused_without_its_secret(said: str) -> None:
    with pytest.raises(ValueError, match="the object store's address") as refused:
        S3Address.of(said)
    assert "secret" not in str(refused.value).replace("KEY:SECRET", "")


def test_an_object_store_of_another_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="neither file, http nor https"):
        open_objects("ftp://here")


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        (
            "mongodb://u:p@h:1/biyong?tls=true",
            "mongodb://u:p@h:1/?tls=true&authSource=biyong",
        ),
        (
            "mongodb://u:p@h/biyong?authSource=admin",
            "mongodb://u:p@h/?authSource=admin",
        ),
        ("mongodb://h1,h2/biyong?replicaSet=r", "mongodb://h1,h2/?replicaSet=r"),
        ("mongodb+srv://u:p@h/biyong", "mongodb+srv://u:p@h/"),
        ("mongodb://u:p@h/b?authsource=admin", "mongodb://u:p@h/?authsource=admin"),
    ],
)
def test_services_keep_apart_whichever_database_the_address_names(
    said: str, wanted: str
) -> None:
    assert without_database(said) == wanted


def test_a_brokers_address_gives_up_its_authority() -> None:
    address = AmqpAddress.of("amqps://u:p@mq.example:5671/v?ca=/ca.pem&heartbeat=5")
    assert address.url == "amqps://u:p@mq.example:5671/v?heartbeat=5"
    tls = address.is_tls()
    assert isinstance(tls, dict)
    assert (tls["ca_certs"], tls["server_hostname"]) == ("/ca.pem", "mq.example")
    assert AmqpAddress.of("amqp://h/").is_tls() is False
    assert AmqpAddress.of("amqp://h/").create_context() is None
