"""`biyong edge-feed`: tells media what the edge beside it served."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from chassis.http.auth import Signer
from chassis.http.client import Client
from chassis.http.problem import Problem
from chassis.settings import SettingsError, load_settings
from chassis.telemetry.logs import configure_logs, logger
from contracts.http.served import MOST_SERVED, ServedIn, ServedOut, ServedSegmentIn

from biyong.edge.served_log import ServedLog
from biyong.home import Refused

RUN = "/run/edge"
LOOK_SECONDS = 0.5
"""A report waits a second and asks again: what was served is known by then."""
AWAY_SECONDS = 3.0
"""Media was away: what waits is told in one go a little later."""
UNREADABLE = {400, 413, 422}
LAST_SECONDS = 45.0
"""Told to stop, it goes on until the edge beside it has ended, which drains for 30."""


class FeedSettings(msgspec.Struct, frozen=True, kw_only=True):
    """`edge_run` is the folder the edge runs in; `key_file` the key to sign with."""

    media_url: str
    key_file: str
    edge_run: str = RUN


@dataclass
class ServedFeed:
    """Carries what the log has to media, piece by piece, nothing past what it took."""

    log: ServedLog
    tell: Callable[[Sequence[ServedSegmentIn]], None]

    def carry_served(self) -> int:
        """Tell what is new; how many segments. Raises Problem where media is away."""
        count = 0
        for piece in self.log.read_pieces():
            for batch in _batches(piece.served):
                self._tell_batch(batch)
                count += len(batch)
            self.log.note_sent(piece)
        self.log.remove_sent()
        return count

    def _tell_batch(self, batch: Sequence[ServedSegmentIn]) -> None:
        """One that media cannot read, as of another release, is passed over: players
        ask for those segments again."""
        try:
            self.tell(batch)
        except Problem as problem:
            if problem.status not in UNREADABLE:
                raise
            logger().warning("served_refused", reason=problem.slug, count=len(batch))

    def run(self, stopping: threading.Event, is_edge_there: Callable[[], bool]) -> None:
        """Carry until told to stop, and then until the edge has ended."""
        while not stopping.wait(self._carry_patiently()):
            pass
        last = time.monotonic() + LAST_SECONDS
        while is_edge_there() and time.monotonic() < last:
            time.sleep(self._carry_patiently())
        self._carry_patiently()

    def _carry_patiently(self) -> float:
        """Carry what is there; the seconds until it is worth another look."""
        try:
            self.carry_served()
            self.log.mark_well()
        except Problem as problem:
            logger().warning("served_waits", reason=problem.slug)
            return AWAY_SECONDS
        return LOOK_SECONDS


def _batches(
    served: Sequence[ServedSegmentIn],
) -> Iterator[tuple[ServedSegmentIn, ...]]:
    rest = iter(served)
    while batch := tuple(islice(rest, MOST_SERVED)):
        yield batch


def feed_served(
    is_well: Annotated[
        bool,
        typer.Option("--is-well", help="Only say by the exit code if all is told."),
    ] = False,
) -> None:
    """Tell media what the edge in EDGE_RUN served; MEDIA_URL, KEY_FILE."""
    if is_well:
        served = Path(os.environ.get("EDGE_RUN", RUN)) / "served"
        raise typer.Exit(0 if ServedLog(served).is_well() else 1)
    try:
        settings = load_settings(FeedSettings, os.environ)
        signer = Signer("edge", Path(settings.key_file))
    except (SettingsError, OSError, ValueError) as error:
        raise Refused(f"{error}.") from error
    configure_logs("edge", "feed")
    media, folder = Client("media", settings.media_url, signer), Path(settings.edge_run)

    def tell(served: Sequence[ServedSegmentIn]) -> None:
        body = ServedIn(served=list(served))
        media.send_request("PUT", ("served",), ServedOut, body=body)

    feed = ServedFeed(ServedLog(folder / "served"), tell)
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    feed.run(stopping, (folder / "nginx.pid").exists)


def install_commands(app: typer.Typer) -> None:
    """Put this command into the `biyong` command."""
    app.command("edge-feed", hidden=True)(feed_served)
