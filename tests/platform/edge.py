"""An edge in front of a running platform whose lectures lie in a real bucket."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import urllib3
from biyong.door import Door
from biyong.home import Home, home_of

from tests.parts.nginx import Edge, Feed, running_edge, running_feed
from tests.parts.process import HOST, free_ports
from tests.parts.s3 import running_server
from tests.platform.running import Platform, running


@dataclass
class Edged:
    """A platform behind an edge, which knows it by the edge's address too."""

    platform: Platform
    edge: Edge
    home: Home
    feed: Feed

    def door(self, door: Door) -> Door:
        """The same session at the edge."""
        there = Door(self.edge.url)
        there.token = door.token
        return there

    @contextmanager
    def feed_at_rest(self) -> Iterator[None]:
        """Meanwhile media is told nothing; what tells it begins anew behind it."""
        self.feed.kill()
        try:
            yield
        finally:
            self.feed.start()

    def get(
        self, path: str, token: str = "", **headers: str
    ) -> urllib3.BaseHTTPResponse:
        """What the edge answers to whoever bears the token."""
        bearer = {"Authorization": f"Bearer {token}"} if token else {}
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return urllib3.request(
            "GET", self.edge.url + path, headers=bearer | named, retries=False
        )


@contextmanager
def running_edged(folder: Path, **settings: str) -> Iterator[Edged]:
    """A platform with its demo, its bucket and its edge; `settings` are the edge's."""
    [port] = free_ports(1)
    with ExitStack() as stack:
        objects = stack.enter_context(running_server(folder / "s3"))
        own = {
            "S3_URL": objects.url,
            "ALLOWED_HOSTS": f"{HOST}:{port}",
            "TRUSTED_PROXIES": HOST,
        }
        platform = stack.enter_context(running(folder / "home", own))
        home = home_of({"BIYONG_HOME": str(platform.home)})
        told = {
            "GATEWAY_ADDRESS": platform.url.removeprefix("http://"),
            "OBJECTS_URL": objects.url,
            "STREAM_SECRET": home.secret("stream"),
            "TRUSTED_PROXIES": HOST,
        }
        edge = stack.enter_context(
            running_edge(folder / "edge", port=port, **(told | settings))
        )
        media = platform.health("media").removesuffix("/readyz")
        feed = stack.enter_context(running_feed(edge, media, home.key_file("edge")))
        yield Edged(platform, edge, home, feed)


def segment_path(ticket: dict[str, Any], number: int = 0) -> str:
    """The address of a segment of the last rendition."""
    return f"{ticket['prefix']}/{ticket['renditions'][-1]}_{number:05d}.m4s"
