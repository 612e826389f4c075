"""FastStream acknowledging so many events: `python faststream_hearing.py URL QUEUE N`.

Run by a Python that has FastStream; prints events a second.
"""

import asyncio
import sys
import time
from typing import Any

from faststream import AckPolicy
from faststream.rabbit import Channel, QueueType, RabbitBroker, RabbitQueue


async def hear(url: str, queue: str, count: int) -> float:
    broker = RabbitBroker(url, default_channel=Channel(prefetch_count=200), logger=None)
    done, heard, begun = asyncio.Event(), 0, 0.0

    @broker.subscriber(
        RabbitQueue(queue, durable=True, queue_type=QueueType.QUORUM),
        ack_policy=AckPolicy.ACK,
    )
    async def handle(event: dict[str, Any]) -> None:
        nonlocal heard, begun
        begun = begun or time.perf_counter()
        heard += 1
        if heard == count:
            done.set()

    await broker.start()
    await done.wait()
    took = time.perf_counter() - begun
    await broker.stop()
    return count / took


if __name__ == "__main__":
    print(asyncio.run(hear(sys.argv[1], sys.argv[2], int(sys.argv[3]))))
