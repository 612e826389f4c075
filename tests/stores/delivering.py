"""A worker that delivers feeds, as a process of its own: URL of the store, authority.

`python -m tests.stores.delivering URL CA` serves the next webhook that is due.
"""

import ipaddress
import ssl
import sys

from chassis.storage.mongo import open_database
from enrollment.clients.webhook_sender import WebhookSender
from enrollment.store.feeds import StoredFeeds
from enrollment.store.sealing import Sealing
from enrollment.store.webhooks import StoredWebhooks
from enrollment.usecases.deliver_feed import DeliverFeed
from enrollment.usecases.read_feed import ReadFeed
from pymongo.database import Database

from tests.unit.enrollment.fakes import FakePeople, Steps
from tests.unit.enrollment.feed_world import Groups

LOOPBACK = [ipaddress.ip_network("127.0.0.0/8")]
SEALING = Sealing(b"secret", b"webhook/secret")


def build_delivery(
    database: Database[dict[str, object]], authority: str, is_slow: bool = False
) -> DeliverFeed:
    """A worker over this database that trusts this authority."""
    feeds = StoredFeeds(database)
    return DeliverFeed(
        StoredWebhooks(database, SEALING, is_slow),
        feeds,
        ReadFeed(feeds, FakePeople(Steps()), Groups()),
        WebhookSender(LOOPBACK, context=ssl.create_default_context(cafile=authority)),
    )


if __name__ == "__main__":
    build_delivery(open_database("enrollment", sys.argv[1]), sys.argv[2])()
