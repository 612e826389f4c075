"""The webhooks ports over PyMongo: one row for each branch, leased while it is served.

`work_tries` is the version: whoever claims or changes a row raises it, so whoever held
it before writes nothing any more. `holder` is the claim under which a worker sends: a
row that is changed meanwhile is due only when that one let it go, so no two send.
"""

import secrets
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
        """Put a new one; False if the branch has one. Its version is none that one had
        which was deleted, so whoever still holds that writes nothing here."""
        new = {
            "_id": webhook.branch_id,
            "work_due": None,
            "work_tries": time.time_ns(),
            "holder": "",
        }
        try:
            self.rows.insert_one(new | self._to_fields(webhook))
        except DuplicateKeyError:
            return False
        return True

    def change(self, branch_id: str, decide: ChangeWebhook) -> DueWebhook | None:
        """Read, decide, write under the version that was read, and have it looked at
        soon: once whoever holds it let go, which is after the message that it sends.
        None if there is none. Raises WriteConflict."""
        for _ in range(RETRIES):
            row = self.rows.find_one({"_id": branch_id})
            if row is None:
                return None
            changed, now = decide(self._load(row)), time.time()
            read = {"work_tries": row["work_tries"], "holder": row["holder"]}
            due = row["work_due"] if _is_leased(row, now) else now
            fields = self._to_fields(changed)
            update = {"$set": fields, "$inc": {"work_tries": 1}}
            if not _is_leased(row, now):
                fields |= {"work_due": now, "holder": ""}
            if self.rows.update_one({"_id": branch_id} | read, update).matched_count:
                return DueWebhook(changed, due)
        raise WriteConflict(branch_id)

    def delete(self, branch_id: str) -> bool:
        """The branch has none any more; whether it had."""
        return self.rows.delete_one({"_id": branch_id}).deleted_count == 1

    def claim(self) -> ClaimedWebhook | None:
        """A webhook that is due, leased to this worker, or None."""
        holder = secrets.token_hex(8)
        row = claim_document(
            self.rows,
            {"is_slow": self.is_slow},
            LEASE_SECONDS,
            marks={"holder": holder},
        )
        if row is None:
            return None
        return ClaimedWebhook(self._load(row), row["work_tries"], holder)

    def note(
        self, claimed: ClaimedWebhook, webhook: Webhook, due: float | None
    ) -> bool:
        """Write a claimed one, to be looked at then, or when something comes into its
        feed; False if it was changed or claimed by another meanwhile."""
        return self._write_claimed(claimed, webhook, {"work_due": due, "holder": ""})

    def renew(self, claimed: ClaimedWebhook, webhook: Webhook) -> bool:
        """Write a claimed one and keep it; False as above."""
        until = time.time() + LEASE_SECONDS
        return self._write_claimed(claimed, webhook, {"work_due": until})

    def _write_claimed(
        self, claimed: ClaimedWebhook, webhook: Webhook, lease: Row
    ) -> bool:
        """Whoever may not write any more, as it was changed, lets it fall due now."""
        version = {"_id": webhook.branch_id, "work_tries": claimed.version}
        written = {"$set": self._to_fields(webhook) | lease}
        if self.rows.update_one(version, written).matched_count:
            return True
        held = {"_id": webhook.branch_id, "holder": claimed.holder}
        let_go = {"$set": {"work_due": time.time(), "holder": ""}}
        self.rows.update_one(held, let_go)
        return False

    def wake_waiting(self, branch_ids: Collection[str]) -> bool:
        """Those of these branches that wait for their feed are due now; whether any."""
        waiting = {"_id": {"$in": sorted(branch_ids)}, "work_due": None}
        due = {"$set": {"work_due": time.time()}}
        woken = self.rows.update_many(waiting | {"state": ACTIVE}, due)
        return woken.modified_count > 0

    def _to_fields(self, webhook: Webhook) -> Row:
        return asdict(webhook) | {
            "secret": self.sealing.seal(webhook.secret),
            "old_secrets": [
                {"text": self.sealing.seal(old.text), "until": old.until}
                for old in webhook.old_secrets
            ],
            "failures": [asdict(failure) for failure in webhook.failures],
        }

    def _load(self, row: Mapping[str, Any]) -> Webhook:
        webhook = plain.from_fields(row["_id"], row)
        return replace(
            webhook,
            secret=self.sealing.unseal(webhook.secret),
            old_secrets=tuple(
                replace(old, text=self.sealing.unseal(old.text))
                for old in webhook.old_secrets
            ),
        )

    def _load_due(self, row: Mapping[str, Any]) -> DueWebhook:
        return DueWebhook(self._load(row), row["work_due"])


def _is_leased(row: Mapping[str, Any], now: float) -> bool:
    """Whether a worker sends, and its lease has not run out."""
    due = row["work_due"]
    return bool(row["holder"]) and due is not None and due > now
