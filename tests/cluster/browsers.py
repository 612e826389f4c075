"""Clients that read a page through the edge over and over, as browsers do."""

import http.client
import threading
import time
from contextlib import closing

from tests.cluster.deployed import PORT

PAGE, CLIENTS = "/courses", 4
PAST_CACHE = {"Cookie": "seen=1"}
"""Whoever has a cookie gets no page of the edge's cache: the gateway is asked."""
PAUSE_SECONDS = 0.03
"""So all together stay below what the edge takes of one address."""
SECONDS = 30


class Browsers:
    """What they saw: how often they were answered, and what failed.

    A browser repeats what it asked on a kept connection that was closed before a byte
    of the answer came, once and on a new one; so do these.
    """

    def __init__(self, host: str) -> None:
        self.host, self.ended = host, threading.Event()
        self.answered, self.faults = 0, list[str]()
        self.threads = [threading.Thread(target=self._read) for _ in range(CLIENTS)]
        for thread in self.threads:
            thread.start()

    def _read(self) -> None:
        asking = http.client.HTTPConnection(self.host, PORT, timeout=SECONDS)
        is_kept = False
        with closing(asking):
            while not self.ended.wait(PAUSE_SECONDS):
                try:
                    status = self._ask(asking)
                except (OSError, http.client.HTTPException) as error:
                    asking.close()
                    if not (is_kept and isinstance(error, ConnectionError)):
                        self.faults.append(f"{time.monotonic():.1f} {error!r}")
                    is_kept = False
                    continue
                is_kept = True
                self.answered += 1
                if status != 200:
                    self.faults.append(str(status))

    def _ask(self, asking: http.client.HTTPConnection) -> int:
        asking.request("GET", PAGE, headers=PAST_CACHE)
        answer = asking.getresponse()
        answer.read()
        return answer.status

    def end(self) -> None:
        """They ask no more."""
        self.ended.set()
        for thread in self.threads:
            thread.join()
