"""What the client of enrollment asks about rosters: sent, repaired, taken back."""

from dataclasses import dataclass

from contracts.http.rosters import (
    ChunkIn,
    ProgressQuery,
    ReceiptOut,
    RosterOut,
    RosterProgressOut,
    RosterRowOut,
    RostersQuery,
    RowsQuery,
    TakingBackOut,
)
from contracts.http.shape import Page

from gateway.clients.caller import ServiceCaller


@dataclass(frozen=True)
class RostersClient:
    """Questions about rosters in the name of a visitor."""

    ask: ServiceCaller

    def list_rosters(self, asked: RostersQuery) -> Page[RosterOut]:
        """The rosters that the visitor sees, the newest first."""
        return self.ask.get(Page[RosterOut], "rosters", query=asked)

    def show_roster(self, branch: str, roster: str) -> RosterOut:
        """A roster. Raises Problem 404."""
        return self.ask.get(RosterOut, *_path(branch, roster))

    def list_rows(
        self, branch: str, roster: str, asked: RowsQuery
    ) -> Page[RosterRowOut]:
        """Rows of a roster as they came. Raises Problem 404."""
        return self.ask.get(
            Page[RosterRowOut], *_path(branch, roster), "rows", query=asked
        )

    def show_progress(self, branch: str, roster: str, since: int) -> RosterProgressOut:
        """How far a roster is, and what changed since a cursor. Raises Problem 404."""
        return self.ask.get(
            RosterProgressOut,
            *_path(branch, roster),
            "progress",
            query=ProgressQuery(since=since),
        )

    def put_chunk(self, branch: str, key: str, chunk: ChunkIn) -> ReceiptOut:
        """Rows are sent under a key; the same again changes nothing."""
        path = ("branches", branch, "chunks", key)
        return self.ask.send("PUT", ReceiptOut, *path, body=chunk)

    def show_taking_back(self, branch: str, roster: str) -> TakingBackOut:
        """What taking a roster back would do now. Raises Problem 404."""
        return self.ask.get(TakingBackOut, *_path(branch, roster), "taking-back")

    def post_taking_back(self, branch: str, roster: str, key: str) -> RosterOut:
        """Begin to take a roster back."""
        return self._turn(branch, roster, "taking-back", key)

    def post_redoing(self, branch: str, roster: str, key: str) -> RosterOut:
        """Begin to redo a roster that was taken back."""
        return self._turn(branch, roster, "redoing", key)

    def _turn(self, branch: str, roster: str, way: str, key: str) -> RosterOut:
        path = (*_path(branch, roster), way)
        return self.ask.send("POST", RosterOut, *path, key=key)


def _path(branch: str, roster: str) -> tuple[str, ...]:
    return ("branches", branch, "rosters", roster)
