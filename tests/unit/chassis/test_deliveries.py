"""What came over the wire is read, whatever its sender left out."""

import amqp
from chassis.broker.rabbitmq.subscriber import delivery_of


def test_a_message_without_any_property_is_a_delivery() -> None:
    message = amqp.basic_message.Message(b"{}")
    message.delivery_info = {"delivery_tag": 7, "routing_key": "branch.east.roster"}
    delivery = delivery_of(message)
    assert (delivery.body, delivery.routing_key) == (b"{}", "branch.east.roster")
    assert (delivery.user, delivery.content_type, delivery.message_id) == ("", "", "")
    assert delivery.headers == {}


def test_properties_are_those_of_the_sender() -> None:
    message = amqp.basic_message.Message(
        b"{}",
        content_type="application/json",
        user_id="branch.east",
        message_id="m1",
        application_headers={"CE-Id": 7},
    )
    message.delivery_info = {"delivery_tag": 7}
    delivery = delivery_of(message)
    assert (delivery.user, delivery.content_type, delivery.message_id) == (
        "branch.east", "application/json", "m1",
    )  # fmt: skip
    assert delivery.headers == {"ce-id": "7"}
