"""Celery acknowledging so many events: `python celery_hearing.py URL QUEUE N`.

Run by a Python that has Celery; reads the event from its input, sends it N times, then
hears it with one worker of the solo pool, acknowledging late; prints events a second.
"""

import json
import sys
import time
from typing import Any

import kombu
from celery import Celery

ROUTE = {"x-queue-type": "quorum"}
QUIETLY = (
    "--pool=solo",
    "--concurrency=1",
    "--loglevel=ERROR",
    "--without-gossip",
    "--without-mingle",
    "--without-heartbeat",
)


def app_of(url: str, queue: str) -> Celery:
    app = Celery("peer", broker=url)
    app.conf.update(
        task_queues=[kombu.Queue(queue, queue_arguments=ROUTE)],
        task_default_queue=queue,
        task_default_queue_type="quorum",
        task_acks_late=True,
        task_ignore_result=True,
        worker_redirect_stdouts=False,
        worker_prefetch_multiplier=200,
        worker_detect_quorum_queues=True,
        broker_connection_retry_on_startup=True,
    )
    return app


def hear(url: str, queue: str, count: int) -> None:
    app = app_of(url, queue)
    heard, begun = 0, 0.0

    @app.task(name="handle")
    def handle(event: dict[str, Any]) -> None:
        nonlocal heard, begun
        begun = begun or time.perf_counter()
        heard += 1
        if heard == count:
            print(count / (time.perf_counter() - begun), flush=True)
            app.control.shutdown()

    event = json.load(sys.stdin)
    for _ in range(count):
        handle.apply_async((event,))
    app.worker_main(["worker", *QUIETLY])


if __name__ == "__main__":
    hear(sys.argv[1], sys.argv[2], int(sys.argv[3]))
