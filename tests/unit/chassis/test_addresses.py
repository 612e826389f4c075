"""Addresses of real parts, with credentials and TLS, read without a slip."""

import pytest
from chassis.broker.address import AmqpAddress
from chassis.broker.rabbitmq.connection import require_version
from chassis.errors import Incompatible
from chassis.storage.mongo import without_database


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


@pytest.mark.parametrize("version", ["3.10.8", "3.13.7", "4.0.5", "4.1.0-rc.1"])
def test_a_broker_that_is_new_enough_is_used(version: str) -> None:
    assert require_version({"version": version}) == version


@pytest.mark.parametrize("about", [{"version": "3.9.29"}, {"version": "x"}, {}])
def test_a_broker_that_is_too_old_is_refused_with_what_to_use(
    about: dict[str, str],
) -> None:
    with pytest.raises(Incompatible, match=r"too old: use 3\.10"):
        require_version(about)
