"""A delivery as it comes off the wire, with as little on it as a sender may leave."""

from amqp import Message
from chassis.broker.rabbitmq.subscriber import delivery_of


def test_a_message_that_says_nothing_of_itself_is_a_delivery() -> None:
    bare = Message(b"{}")
    bare.delivery_info = {"delivery_tag": 1, "routing_key": "branch.dongcheng.roster"}
    delivery = delivery_of(bare)
    assert (delivery.body, delivery.user, delivery.seen_before) == (b"{}", "", False)
    assert delivery.content_type == ""
