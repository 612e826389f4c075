"""Loops of services, run beside a test and ended with it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from chassis.service.process import Loop


@contextmanager
def running(*loops: Loop) -> Iterator[None]:
    """Run each in a thread of its own, and see that all of them end."""
    stop = threading.Event()
    threads = [threading.Thread(target=loop, args=(stop,)) for loop in loops]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(timeout=20)
    assert not any(thread.is_alive() for thread in threads)
