"""Pages that play a lecture to its end with a player, and say what its buffers held."""

import functools
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from tests.parts import shaka

LONGEST_SECONDS = 60
START = {
    "hls": """
        const player = new Hls();
        // "aborted" is a load that the player itself gave up for another rung
        player.on(Hls.Events.ERROR, (_, what) => {
          if (what.details !== "aborted") told.errors.push(what.details);
        });
        player.loadSource("lecture/master.m3u8");
        player.attachMedia(video);
    """,
    "shaka": """
        shaka.polyfill.installAll();
        const player = new shaka.Player();
        player.addEventListener("error", (what) => told.errors.push(what.detail.code));
        player.attach(video).then(() => player.load("lecture/master.m3u8")).catch(
            (error) => told.errors.push(String(error.code || error)));
    """,
}
PAGE = """<!doctype html><video id="video" muted></video>
<script src="player.js"></script>
<script>
const video = document.getElementById("video");
const told = {errors: [], buffers: {}, ended: false, seconds: 0};
const add = MediaSource.prototype.addSourceBuffer;
MediaSource.prototype.addSourceBuffer = function (kind) {
  const buffer = add.call(this, kind);
  buffer.addEventListener("updateend", () => {
    const ranges = [];
    for (let i = 0; i < buffer.buffered.length; i++)
      ranges.push([buffer.buffered.start(i), buffer.buffered.end(i)]);
    if (ranges.length) told.buffers[kind.split("/")[0]] = ranges;
  });
  return buffer;
};
video.addEventListener("ended", () => { told.ended = true; });
video.addEventListener("durationchange", () => { told.seconds = video.duration; });
video.addEventListener("canplay", () => { video.playbackRate = 4; video.play(); });
%s
</script>"""


@dataclass(frozen=True)
class Played:
    """What came of it: the ranges of each buffer by `video` and `audio`, the length
    that the player saw, what went wrong, where it stood at the end."""

    ended: bool
    buffers: dict[str, list[list[float]]]
    seconds: float
    errors: list[str]
    stands: float


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    """The address of a folder."""
    handler = functools.partial(_Quiet, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def play(browser: Browser, player: str, lecture: Path, site: Path) -> Played:
    """A lecture's folder played to the end by `hls` or `shaka`, four times as fast."""
    script = shaka.install() if player == "shaka" else _hls()
    site.mkdir()
    shutil.copyfile(script, site / "player.js")
    (site / "lecture").symlink_to(lecture)
    (site / "index.html").write_text(PAGE % START[player], encoding="utf-8")
    with _served(site) as address:
        page = browser.new_page()
        page.goto(f"{address}/index.html")
        page.wait_for_function(
            "told.ended || told.errors.length > 9", timeout=LONGEST_SECONDS * 1000
        )
        told: dict[str, Any] = page.evaluate("({...told, stands: video.currentTime})")
        page.close()
    return Played(**told)


def _hls() -> Path:
    return Path(str(files("gateway") / "static" / "vendor" / "hls.min.js"))
