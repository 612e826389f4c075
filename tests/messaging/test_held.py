"""No event overtakes one of its key in the retry queue, whoever put it there."""

from chassis.inbox.consumer import Consumer
from chassis.inbox.retry_queue import Held

from tests.messaging.ear import TYPE, Ear, event, say
from tests.messaging.test_hearing import handed, waiting
from tests.platform.running import until


def test_what_another_process_has_just_put_there_is_not_overtaken(ear: Ear) -> None:
    """An operator who rewrites an event, or the replica that had the partition."""
    consumer = Consumer(ear.name, {TYPE: ear.handle}, ear.tables, ear.bus)
    consumer.handle(handed(event("k", 1)))
    Held(ear.tables).hold(event("k", 2), "put there elsewhere")
    consumer.handle(handed(event("k", 3), event("free", 1)))
    assert (ear.of("k"), ear.of("free")) == ([1], [1])
    assert waiting(ear, "k") == ["k.2.0", "k.3.0"]


def test_a_key_is_free_again_as_soon_as_nothing_of_it_waits(ear: Ear) -> None:
    ear.refuse = lambda _: True
    with ear.listening():
        say(ear.bus, event("k", 1))
        until(lambda: waiting(ear, "k"), 30)
        ear.refuse = lambda _: False
        until(lambda: ear.of("k") == [1] and not waiting(ear, "k"), 30)
        say(ear.bus, event("k", 2))
        until(lambda: ear.of("k") == [1, 2], 30)
    assert ear.tables.held.count_documents({}) == 0
