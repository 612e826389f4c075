"""A balancer of connections, as a cluster has: new ones go to ready replicas."""

import asyncio
import itertools
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from tests.parts.process import HOST

LOOK_SECONDS, PROBE_SECONDS = 0.25, 2.0
PIECE_BYTES = 64 * 1024
READY = b"GET /readyz HTTP/1.1\r\nHost: probe\r\nConnection: close\r\n\r\n"


class Balancer:
    """Listens on `port`; `replicas` are ports, changed by whoever rolls them."""

    def __init__(self) -> None:
        self.replicas: list[int] = []
        self.ready: frozenset[int] = frozenset()
        self.turns = itertools.count()
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    async def run(self, listening: threading.Event, ended: asyncio.Event) -> None:
        server = await asyncio.start_server(self._carry, HOST, 0)
        self.port = server.sockets[0].getsockname()[1]
        listening.set()
        looking = asyncio.create_task(self._look())
        async with server:
            await ended.wait()
        rest = {looking, *asyncio.all_tasks()} - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)

    async def _look(self) -> None:
        """A replica that is slow to say how it stands counts as before."""
        while True:
            replicas = list(self.replicas)
            answers = await asyncio.gather(*[_is_ready(port) for port in replicas])
            self.ready = frozenset(
                port
                for port, is_ready in zip(replicas, answers, strict=True)
                if (port in self.ready if is_ready is None else is_ready)
            )
            await asyncio.sleep(LOOK_SECONDS)

    async def _carry(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """One connection, to one replica; cut when none is ready."""
        ready = sorted(self.ready)
        if not ready:
            writer.transport.abort()
            return
        port = ready[next(self.turns) % len(ready)]
        try:
            from_replica, to_replica = await asyncio.open_connection(HOST, port)
        except OSError:
            writer.transport.abort()
            return
        await asyncio.gather(_pipe(reader, to_replica), _pipe(from_replica, writer))


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while piece := await reader.read(PIECE_BYTES):
            writer.write(piece)
            await writer.drain()
    with suppress(OSError):
        writer.close()


async def _is_ready(port: int) -> bool | None:
    """What the replica says; None when it says nothing in time."""
    try:
        reader, writer = await asyncio.open_connection(HOST, port)
    except OSError:
        return False
    try:
        async with asyncio.timeout(PROBE_SECONDS):
            writer.write(READY)
            return b" 200 " in await reader.readline()
    except TimeoutError:
        return None
    except OSError:
        return False
    finally:
        writer.close()


@contextmanager
def running_balancer() -> Iterator[Balancer]:
    """A balancer in a thread of its own."""
    balancer, listening = Balancer(), threading.Event()
    loop, ended = asyncio.new_event_loop(), asyncio.Event()
    thread = threading.Thread(
        target=loop.run_until_complete, args=(balancer.run(listening, ended),)
    )
    thread.start()
    assert listening.wait(10)
    try:
        yield balancer
    finally:
        loop.call_soon_threadsafe(ended.set)
        thread.join()
        loop.close()
