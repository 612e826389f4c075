"""A large lecture file on its way through the gateway as a browser sends it, and what
can cut it."""

import hashlib
import os
import signal
import socket
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import urllib3
from biyong.door import Door, path_to
from biyong.home import home_of
from biyong.mails import invitation_to

from tests.platform import chain
from tests.platform.memory import Memory
from tests.platform.running import Platform, until

MIB = 1024**2
LECTURE_SECONDS = 5
CHECK_SECONDS = 600.0
"""For joining and checking a file of 2 GiB while others share the disk."""
LINE_SECONDS = 60.0
RESET = struct.pack("ii", 1, 0)
"""SO_LINGER for no second: closing tells the other side by a reset."""


def staff_door(platform: Platform) -> Door:
    """Somebody who may upload. A demo would have a lecture in the making meanwhile."""
    home = home_of({"BIYONG_HOME": str(platform.home)})
    operator, staff = Door(platform.url), Door(platform.url)
    operator.sign_in("operator", home.secret("operator"))
    address = "jiaowu@biyong.example"
    body = {"login": "jiaowu", "name": "教务", "email": address, "role": "staff"}
    operator.call("POST", "/api/invitations", dict, body)
    invitation = until(lambda: invitation_to(home.mails, address), 30)
    staff.accept(invitation or "", chain.PASSWORD)
    return staff


def large_lecture(path: Path, size: int) -> Path:
    """A lecture of so many bytes, most of them a box that players pass over.

    It takes little room on the disk, and no part of it is like another.
    """
    lecture = chain.small_lecture(path, LECTURE_SECONDS).stat().st_size
    with path.open("r+b") as file:
        file.seek(lecture)
        file.write((size - lecture).to_bytes(4, "big") + b"free")
        for place in range(lecture // MIB + 1, size // MIB):
            file.seek(place * MIB)
            file.write(place.to_bytes(8, "big"))
        file.truncate(size)
    return path


def digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@dataclass
class Sender:
    """One file, one upload, one part after the other, as the page sends them."""

    platform: Platform
    door: Door
    file: Path
    upload: dict[str, Any]

    @classmethod
    def begin(cls, platform: Platform, door: Door, file: Path) -> "Sender":
        body = {"title": "大文件", "bytes": file.stat().st_size}
        begun = door.call("POST", "/api/media/uploads", dict[str, Any], body)
        return cls(platform, door, file, begun)

    def look(self) -> dict[str, Any]:
        """The upload as it is now."""
        path = path_to("media", "uploads", self.upload["id"])
        return self.door.call("GET", path, dict[str, Any])

    def send_rest(self, cuts: dict[int, "Cut"], memory: Memory) -> None:
        """Every part that is not there, until all are; some are cut once, each in its
        way."""
        left = dict(cuts)
        while missing := self._find_missing():
            number = missing[0]
            if cut := left.pop(number, None):
                cut(self, number, memory)
                continue
            sent = self.call("PUT", f"parts/{number}", self.read_part(number))
            assert sent == 200, number
        assert not left

    def _find_missing(self) -> list[int]:
        there = set(self.look()["parts"])
        return [n for n in range(1, self.upload["count"] + 1) if n not in there]

    def read_part(self, number: int) -> bytes:
        size = self.upload["part_size"]
        with self.file.open("rb") as file:
            file.seek((number - 1) * size)
            return file.read(size)

    def call(self, method: str, what: str, content: bytes = b"") -> int:
        """The status that a browser is answered."""
        url = self.door.url + self._path_of(what)
        answer = urllib3.request(
            method, url, body=content, headers=self._headers(), timeout=LINE_SECONDS
        )
        return answer.status

    def _path_of(self, what: str) -> str:
        return path_to("media", "uploads", self.upload["id"]) + f"/{what}"

    def _headers(self) -> dict[str, str]:
        return {
            "Cookie": f"biyong_session={self.door.token}",
            "Origin": self.door.url,
            "Sec-Fetch-Site": "same-origin",
        }

    @contextmanager
    def half_sent(self, number: int) -> Iterator[tuple[socket.socket, bytes]]:
        """A line on which half of a part is sent, and the other half."""
        where, piece = urlsplit(self.door.url), self.read_part(number)
        headers = self._headers() | {
            "Host": where.netloc,
            "Content-Length": str(len(piece)),
            "Content-Type": "application/octet-stream",
        }
        lines = [f"PUT {self._path_of(f'parts/{number}')} HTTP/1.1"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        half = len(piece) // 2
        address = (where.hostname or "", where.port or 80)
        with socket.create_connection(address, LINE_SECONDS) as line:
            line.sendall("\r\n".join([*lines, "", ""]).encode() + piece[:half])
            yield line, piece[half:]

    def finish(self) -> Path:
        """The file where it lies once it is whole and checked."""
        assert self.call("POST", "completion") == 202

        def is_accepted() -> bool:
            state = self.look()["state"]
            assert state != "refused"
            return bool(state == "accepted")

        until(is_accepted, CHECK_SECONDS, every=0.5)
        key = f"sources/{self.upload['lecture_id']}/{self.upload['id']}"
        return next(self.platform.home.rglob(key))


Cut = Callable[[Sender, int, Memory], None]


def reset(sender: Sender, number: int, memory: Memory) -> None:
    """The line breaks in the middle of the part."""
    with sender.half_sent(number) as (line, _):
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    assert number not in sender.look()["parts"]


def hang_up(sender: Sender, number: int, memory: Memory) -> None:
    """The browser ends in the middle of the part, as by closing its page."""
    with sender.half_sent(number) as (line, _):
        line.shutdown(socket.SHUT_WR)
        assert b" 200 " not in line.recv(1024).partition(b"\r\n")[0]
    assert number not in sender.look()["parts"]


def lose_answer(sender: Sender, number: int, memory: Memory) -> None:
    """The part is sent whole, and nobody is there for the answer."""
    with sender.half_sent(number) as (line, rest):
        line.sendall(rest)
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)


def kill_gateway(sender: Sender, number: int, memory: Memory) -> None:
    """The gateway dies in the middle of the part and is started again."""
    with sender.half_sent(number):
        memory.kill("gateway")
    assert number not in sender.look()["parts"]


def kill_media(sender: Sender, number: int, memory: Memory) -> None:
    """The service dies while the gateway hands it the part, and is started again."""
    port = urlsplit(sender.platform.health("media")).port or 0
    os.kill(sender.platform.pid("media"), signal.SIGSTOP)
    with sender.half_sent(number) as (line, rest):
        line.sendall(rest)
        until(lambda: _is_waiting_for(port), LINE_SECONDS)
        memory.kill("media")
        assert b" 503 " in line.recv(1024).partition(b"\r\n")[0]
    assert number not in sender.look()["parts"]


def _is_waiting_for(port: int) -> bool:
    """Whether bytes wait to be taken by who listens at this port of this machine."""
    lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
    sockets = [line.split() for line in lines]
    return any(
        int(remote.partition(":")[2], 16) == port and int(queues.partition(":")[0], 16)
        for _, _, remote, _, queues, *_ in sockets
    )


CUTS: tuple[Cut, ...] = (reset, kill_media, hang_up, kill_gateway, lose_answer)


def spread_cuts(count: int) -> dict[int, Cut]:
    """Which part is cut and how, over a file of so many parts, the last among them."""
    return {count * n // len(CUTS): cut for n, cut in enumerate(CUTS, 1)}
