"""The webhooks ports over PyMongo: one row for each branch, leased while it is served.

`work_tries` is the version: whoever claims or changes a row raises it, so whoever held
it before writes nothing any more.
"""

import time
from collections.abc import Collection, Mapping
from dataclasses import asdict, replace
from typing import Any

from chassis.errors import WriteConflict
from chassis.storage.aggregates import RETRIES, FieldMapping, mapping_of
from chassis.storage.leases import claim_document
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from enrollment.domain.webhook import ACTIVE, Webhook
from enrollment.store.sealing import Sealing
from enrollment.usecases.webhook_ports import (
    ChangeWebhook,
    ClaimedWebhook,
    DueWebhook,
)

Row = dict[str, Any]
plain: FieldMapping[Webhook] = mapping_of(Webhook)
LEASE_SECONDS = 60.0
"""Of a worker that dies: several times what one message may take."""


class StoredWebhooks:
    """Webhooks of branches. Those that take long for an answer are served apart, so
    that nobody waits for them: a worker claims those that do, or those that do not."""

    def __init__(
        self, database: Database[Row], sealing: Sealing, is_slow: bool = False
    ) -> None:
        self.rows, self.sealing = database["webhooks"], sealing
        self.is_slow = is_slow

    def declare_indexes(self) -> None:
        """Make the indexes."""
        self.rows.create_index([("is_slow", 1), ("work_due", 1)])

    def get(self, branch_id: str) -> DueWebhook | None:
        """The webhook of a branch, or None."""
        row = self.rows.find_one({"_id": branch_id})
        return self._load_due(row) if row else None

    def create(self, webhook: Webhook) -> bool:
        """Put a new one; False if the branch has one."""
        new = {"_id": webhook.branch_id, "work_due": None, "work_tries": 0}
        try:
            self.rows.insert_one(new | self._to_fields(webhook))
        except DuplicateKeyError:
            return False
        return True

    def change(self, branch_id: str, decide: ChangeWebhook) -> DueWebhook | None:
        """Read, decide, write under the version that was read, and have it looked at
        soon. Whoever holds it lets go. None if there is none. Raises WriteConflict."""
        for _ in range(RETRIES):
            row = self.rows.find_one({"_id": branch_id})
            if row is None:
                return None
            changed, now = decide(self._load(row)), time.time()
            version = {"_id": branch_id, "work_tries": row["work_tries"]}
            written = {"$set": self._to_fields(changed) | {"work_due": now}}
            update = written | {"$inc": {"work_tries": 1}}
            if self.rows.update_one(version, update).matched_count:
                return DueWebhook(changed, now)
        raise WriteConflict(branch_id)

    def delete(self, branch_id: str) -> bool:
        """The branch has none any more; whether it had."""
        return self.rows.delete_one({"_id": branch_id}).deleted_count == 1

    def claim(self) -> ClaimedWebhook | None:
        """A webhook that is due, leased to this worker, or None."""
        row = claim_document(self.rows, {"is_slow": self.is_slow}, LEASE_SECONDS)
        return ClaimedWebhook(self._load(row), row["work_tries"]) if row else None

    def note(
        self, claimed: ClaimedWebhook, webhook: Webhook, due: float | None
    ) -> bool:
        """Write a claimed one, to be looked at then, or when something comes into its
        feed; False if it was changed or claimed by another meanwhile."""
        version = {"_id": webhook.branch_id, "work_tries": claimed.version}
        fields = self._to_fields(webhook) | {"work_due": due}
        return self.rows.update_one(version, {"$set": fields}).matched_count == 1

    def renew(self, claimed: ClaimedWebhook, webhook: Webhook) -> bool:
        """Write a claimed one and keep it; False as above."""
        return self.note(claimed, webhook, time.time() + LEASE_SECONDS)

    def wake_waiting(self, branch_ids: Collection[str]) -> bool:
        """Those of these branches that wait for their feed are due now; whether any."""
        waiting = {"_id": {"$in": sorted(branch_ids)}, "work_due": None}
        due = {"$set": {"work_due": time.time()}}
        woken = self.rows.update_many(waiting | {"state": ACTIVE}, due)
        return woken.modified_count > 0

    def _to_fields(self, webhook: Webhook) -> Row:
        secrets = {
            "secret": self.sealing.seal(webhook.secret),
            "old_secret": self.sealing.seal(webhook.old_secret),
        }
        fields = asdict(webhook) | secrets
        fields["failures"] = list(fields["failures"])
        return fields

    def _load(self, row: Mapping[str, Any]) -> Webhook:
        webhook = plain.from_fields(row["_id"], row)
        return replace(
            webhook,
            secret=self.sealing.unseal(webhook.secret),
            old_secret=self.sealing.unseal(webhook.old_secret),
        )

    def _load_due(self, row: Mapping[str, Any]) -> DueWebhook:
        return DueWebhook(self._load(row), row["work_due"])
