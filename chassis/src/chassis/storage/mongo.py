"""One database for one service, through MongoEngine."""

from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import mongoengine
import pymongo.errors
from pymongo.database import Database

from chassis.settings import SettingsError

DEADLINE_MS = 10_000
FORM = "mongodb://[USER:PASSWORD@]HOST[:PORT][,…]/[?tls=true&tlsCAFile=FILE]"
ADDRESS_FAULTS = (
    mongoengine.ConnectionFailure,
    pymongo.errors.ConfigurationError,
    OSError,
    ValueError,
)
"""What an address that cannot be read, or a file that it names, ends in."""


def open_database(service: str, url: str) -> Database[dict[str, Any]]:
    """Open the service's own database under its alias.

    A write counts when most members of a replica set have it. Raises SettingsError
    for an address that is none.
    """
    mongoengine.disconnect(service)
    try:
        client = mongoengine.connect(
            db=service,
            alias=service,
            host=without_database(url),
            tz_aware=True,
            uuidRepresentation="standard",
            serverSelectionTimeoutMS=DEADLINE_MS,
            socketTimeoutMS=3 * DEADLINE_MS,
            maxPoolSize=32,
            w="majority",
        )
    except ADDRESS_FAULTS as error:  # its words may hold the password
        raise SettingsError(f"MONGO_URL must be {FORM}") from error
    database: Database[dict[str, Any]] = client[service]
    return database


def without_database(url: str) -> str:
    """The address with the database it names left as where its user is known.

    MongoEngine would put every service's documents into that one database.
    """
    said = urlsplit(url)
    named, options = said.path.strip("/"), dict(parse_qsl(said.query))
    is_plain = said.scheme == "mongodb"  # an srv address has it in its DNS record
    says_source = "authsource" in map(str.lower, options)
    if named and is_plain and "@" in said.netloc and not says_source:
        options["authSource"] = named
    return urlunsplit(said._replace(path="/", query=urlencode(options)))


def is_away(database: Database[dict[str, Any]]) -> str | None:
    """Why the database cannot be used now, or None."""
    try:
        database.client.admin.command("ping")
    except pymongo.errors.PyMongoError as error:
        return f"no answer: {type(error).__name__}"
    return None
