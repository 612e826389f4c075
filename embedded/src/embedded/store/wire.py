"""MongoDB's wire protocol: OP_MSG, and the one OP_QUERY a driver greets with."""

import socket
import socketserver
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import bson
from bson.errors import BSONError, InvalidBSON

from embedded.store.answers import LARGEST_MESSAGE, to_failure
from embedded.store.codes import Code
from embedded.store.storage import OPTIONS

Document = dict[str, Any]
OP_REPLY, OP_QUERY, OP_MSG = 1, 2004, 2013
HEADER = struct.Struct("<iiii")
UNREADABLE = (BSONError, ValueError, IndexError, struct.error)
CHECKSUM_PRESENT, MORE_TO_COME = 1, 2


class Connection(socketserver.BaseRequestHandler):
    """One client: reads commands and writes answers until it goes."""

    answer: Callable[[Document], Document]

    def handle(self) -> None:
        if self.request.family != socket.AF_UNIX:
            self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            while True:
                self.serve_message()
        except (EOFError, ConnectionError):
            return

    def serve_message(self) -> None:
        length, request, _, operation = HEADER.unpack(self.read_bytes(HEADER.size))
        if not HEADER.size <= length <= LARGEST_MESSAGE:
            raise EOFError
        body = self.read_bytes(length - HEADER.size)
        if operation == OP_MSG:
            flags = int.from_bytes(body[:4], "little")
            answer = self.answer_message(lambda: load_message(body, flags))
            if not flags & MORE_TO_COME:
                self.send_reply(request, OP_MSG, b"\0\0\0\0\0" + answer)
        elif operation == OP_QUERY:
            answer = self.answer_message(lambda: load_query(body))
            self.send_reply(
                request, OP_REPLY, struct.pack("<iqii", 8, 0, 0, 1) + answer
            )
        else:
            raise EOFError

    def answer_message(self, read: Callable[[], Document]) -> bytes:
        try:
            command = read()
        except (*UNREADABLE, RecursionError) as error:
            return bson.encode(
                to_failure(Code.BadValue, f"not readable as BSON: {error}")
            )
        command.setdefault("$db", "admin")
        answer = self.answer(command)
        try:
            return bson.encode(answer)
        except (BSONError, OverflowError) as error:
            return bson.encode(
                to_failure(Code.BadValue, f"the answer does not fit BSON: {error}")
            )

    def read_bytes(self, size: int) -> bytes:
        parts = bytearray()
        while len(parts) < size:
            part = self.request.recv(min(size - len(parts), 1 << 20))
            if not part:
                raise EOFError
            parts += part
        return bytes(parts)

    def send_reply(self, request: int, operation: int, body: bytes) -> None:
        header = HEADER.pack(HEADER.size + len(body), 0, request, operation)
        self.request.sendall(header + body)


def load_message(body: bytes, flags: int) -> Document:
    """The command of an OP_MSG, with its document sequences folded in."""
    end = len(body) - (4 if flags & CHECKSUM_PRESENT else 0)
    command: Document = {}
    sequences: dict[str, list[Document]] = {}
    at = 4
    while at < end:
        kind, at = body[at], at + 1
        (size,) = struct.unpack_from("<i", body, at)
        if size < 4:
            raise InvalidBSON(f"a section of {size} bytes")
        if kind == 0:
            command = bson.decode(body[at : at + size], OPTIONS)
        else:
            name_end = body.index(b"\0", at + 4)
            name = body[at + 4 : name_end].decode()
            sequences[name] = bson.decode_all(body[name_end + 1 : at + size], OPTIONS)
        at += size
    command.update(sequences)
    return command


def load_query(body: bytes) -> Document:
    """The command of an OP_QUERY: what follows its collection's name and numbers."""
    start = body.index(b"\0", 4) + 9
    return bson.decode(body[start:], OPTIONS)


class Server(socketserver.ThreadingTCPServer):
    """Listens on a loopback address, where everybody on this machine may ask.

    A thread for each connection.
    """

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128

    def __init__(
        self, address: tuple[str, int], answer: Callable[[Document], Document]
    ) -> None:
        super().__init__(address, _answer_header(answer))


class SocketServer(socketserver.ThreadingUnixStreamServer):
    """Listens on a socket that nobody but its owner may ask."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, path: Path, answer: Callable[[Document], Document]) -> None:
        path.unlink(missing_ok=True)  # of one that was killed
        super().__init__(str(path), _answer_header(answer))
        path.chmod(0o600)


def _answer_header(answer: Callable[[Document], Document]) -> type[Connection]:
    return type("Answering", (Connection,), {"answer": staticmethod(answer)})
