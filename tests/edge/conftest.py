"""An edge before a stand-in of the gateway and a real bucket, and its streams."""

import json
import secrets
import socket
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import urllib3
from media.domain.stream import Grant, token_for
from media.objects.connect import open_objects
from media.objects.port import Objects

from tests.edge.standing_in import (
    CHECKED,
    PAGE,
    Answer,
    Gateway,
    Heard,
    running_gateway,
)
from tests.parts.nginx import Edge, running_edge
from tests.parts.process import HOST
from tests.parts.s3 import Server, running_server

SECRET = "edge-secret"
SEGMENT = bytes(range(256)) * 1800  # 460 kB, as one of a lecture
PLAYLIST = b"#EXTM3U\n" + b"#EXTINF:6.0,\nv360_00000.m4s\n" * 100
http = urllib3.PoolManager(retries=False, timeout=20.0)


@dataclass
class Stream:
    """A lecture of its own in the bucket, as one session gets it."""

    edge: Edge
    lecture: str
    token: str
    session: str

    def path(self, file: str = "v360_00000.m4s") -> str:
        return f"/v/{self.token}/{self.lecture}/1/{file}"

    def get(
        self,
        file: str = "v360_00000.m4s",
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
    ) -> urllib3.BaseHTTPResponse:
        """What the edge answers to the session."""
        shown = {"Cookie": f"biyong_session={self.session}"}
        url = self.edge.url + self.path(file)
        return http.request(
            method, url, headers=shown | dict(headers or {}), decode_content=False
        )

    def take_some(self, size: int) -> None:
        """Take so much of the segment by and by, and break off."""
        with socket.create_connection((HOST, self.edge.port)) as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16 * 1024)
            head = f"GET {self.path()} HTTP/1.1\r\nHost: x\r\n"
            cookie = f"Cookie: biyong_session={self.session}\r\n\r\n"
            client.sendall((head + cookie).encode())
            taken = 0
            while taken < size:
                taken += len(client.recv(16 * 1024))

    def lines(self) -> list[dict[str, Any]]:
        """What the edge's record says was served of the lecture."""
        text = "".join(f.read_text() for f in sorted(self.edge.served.glob("*.log")))
        lines = [json.loads(line) for line in text.splitlines()]
        return [line for line in lines if line["lecture_id"] == self.lecture]


@dataclass
class Scene:
    """What stands together: the edge, the gateway and the bucket behind it."""

    edge: Edge
    gateway: Gateway
    objects: Objects
    s3: Server

    def stream(self, seconds: int = 1000, segment: bytes = SEGMENT) -> Stream:
        """A new lecture in the bucket, granted to a new session."""
        lecture, session = secrets.token_hex(8), secrets.token_hex(8)
        files = {"v360_00000.m4s": segment, "v360.m3u8": PLAYLIST}
        files |= {"v360_init.mp4": b"init" * 50, "poster.jpg": b"poster" * 50}
        for name, content in files.items():
            self.objects.put(f"lectures/{lecture}/1/{name}", content)
        grant = Grant(int(time.time()) + seconds, session, "wang", lecture, 1)
        token = token_for(SECRET.encode(), grant)
        return Stream(self.edge, lecture, token, session)


def answer_well(asked: Heard) -> Answer:
    """Whoever shows a session may stream; all else is a page."""
    if not asked.path.endswith("/check"):
        return PAGE
    if "cookie" in asked.headers or "authorization" in asked.headers:
        return 200, CHECKED, b""
    return 401, {"Cache-Control": "no-store"}, b""


@pytest.fixture(scope="session")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running_server(tmp_path_factory.mktemp("s3")) as running:
        yield running


@pytest.fixture(scope="session")
def settings(s3: Server) -> dict[str, str]:
    """What edges of these tests are told, but for the gateway's address."""
    return {
        "OBJECTS_URL": s3.url,
        "STREAM_SECRET": SECRET,
        "TRUSTED_PROXIES": HOST,
        "EDGE_ORIGINS": "https://player.example",
    }


@pytest.fixture(scope="session")
def shared(
    s3: Server, settings: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Scene]:
    objects = open_objects(s3.url)
    objects.prepare()
    folder: Path = tmp_path_factory.mktemp("edge")
    with running_gateway() as gateway:
        address = f"{HOST}:{gateway.port}"
        with running_edge(folder, GATEWAY_ADDRESS=address, **settings) as edge:
            yield Scene(edge, gateway, objects, s3)


@pytest.fixture
def direct(
    scene: Scene, settings: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Scene]:
    """The scene with an edge that clients reach themselves: no balancer before it."""
    told = {**settings, "TRUSTED_PROXIES": ""}
    told["GATEWAY_ADDRESS"] = f"{HOST}:{scene.gateway.port}"
    with running_edge(tmp_path_factory.mktemp("direct"), **told) as edge:
        yield replace(scene, edge=edge)


@pytest.fixture
def scene(shared: Scene) -> Scene:
    """The scene, with a gateway that answers well and has heard nothing."""
    shared.gateway.heard.clear()
    shared.gateway.answer = answer_well
    return shared
