"""Known devices: those an account signed in from before."""

import secrets
from typing import Any

from chassis.people.forgotten import ForgottenPeople
from pymongo.database import Database

from gateway.identity.tokens import hash_token, moment_in

DEVICE_SECONDS = 180 * 24 * 3600
"""A device that signed in within half a year is known; a term of classes is shorter."""


class KnownDevices:
    """The devices an account signed in from; only the hash of a token is kept.

    A device has one token for all who sign in on it.
    """

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self.rows, self.forgotten = database["devices"], ForgottenPeople(database)

    def create_indexes(self) -> None:
        """Make the indexes."""
        self.rows.create_index("until", expireAfterSeconds=0)
        self.rows.create_index("device")
        self.rows.create_index("account")

    def is_known(self, token: str, account_id: str) -> bool:
        """Whether that account signed in from this device before."""
        if not token:
            return False
        row = self.rows.find_one({"_id": f"{hash_token(token)}.{account_id}"})
        return row is not None and bool(row["until"] > moment_in(0))

    def remember_device(self, token: str, account_id: str) -> str:
        """The account signed in from this device: the token it keeps from now on.

        A token that was not given out here is replaced, so nobody can plant one.
        """
        device = hash_token(token)
        if not token or self.rows.find_one({"device": device}) is None:
            token = secrets.token_urlsafe(32)
            device = hash_token(token)
        row = {
            "device": device,
            "account": account_id,
            "until": moment_in(DEVICE_SECONDS),
        }
        self.rows.update_one(
            {"_id": f"{device}.{account_id}"}, {"$set": row}, upsert=True
        )
        if self.forgotten.has_begun(account_id):
            self.delete_devices(account_id)
        return token

    def delete_devices(self, account_id: str) -> None:
        """The account has no known device any more."""
        self.rows.delete_many({"account": account_id})
