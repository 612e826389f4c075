"""A bus that parks what is in a consumer's hands, as if it had come too often."""

from chassis.broker.embedded import OneFileBatch
from chassis.broker.port import Batch
from chassis.broker.rabbitmq.subscriber import RabbitBatch

from tests.doubles.memory_bus import InMemoryBatch


def park_batch(batch: Batch) -> int:
    """Let the bus park all of a batch; how many deliveries these were."""
    for delivery in batch.deliveries:
        if isinstance(batch, RabbitBatch):
            batch.subscriber.channel.basic_reject(delivery.tag, requeue=False)
        elif isinstance(batch, OneFileBatch):
            batch.heartbeat.file.put_aside(delivery.tag, "killed its consumer")
        elif isinstance(batch, InMemoryBatch):
            batch.park(delivery, "killed its consumer")
    if not isinstance(batch, RabbitBatch):
        batch.acknowledge()
    return len(batch.deliveries)
