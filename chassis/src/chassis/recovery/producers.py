"""A producer over signed HTTP."""

import datetime
from collections.abc import Sequence

from chassis.events.page import EventPage
from chassis.http.client import Client


class HttpProducer:
    """The producer behind one service's address."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def archive_page(
        self, types: Sequence[str], after: str, until: datetime.datetime | None
    ) -> EventPage:
        """The events of these types archived after this cursor. Raises Problem."""
        query = {"types": ",".join(types), "after": after}
        if until is not None:
            query["until"] = until.isoformat()
        return self.client.call("GET", ("events", "archive"), EventPage, query=query)

    def snapshot_page(self, types: Sequence[str], after: str) -> EventPage:
        """The present state of aggregates after this cursor. Raises Problem."""
        query = {"types": ",".join(types), "after": after}
        return self.client.call("GET", ("events", "snapshots"), EventPage, query=query)
