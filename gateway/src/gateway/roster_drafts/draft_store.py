"""Drafts of rosters in the gateway's database, for a day, for who made them alone."""

import secrets
from typing import Any

import msgspec
from pymongo.database import Database

from gateway.identity.tokens import moment_in
from gateway.roster_drafts.draft import DraftChoices, DraftSummary, RosterDraft
from gateway.roster_drafts.sealed_parts import SealedParts
from gateway.roster_files.roster_file import RosterFile

DRAFT_SECONDS = 24 * 3600
"""Who was called away goes on the same day; personal data do not lie about longer."""
MOST_DRAFTS = 5
"""Of one account: each may hold 8 MB, and nobody goes on with an older one."""
FILE, SUMMARY = "file", "summary"
Rows = list[dict[str, Any]]


class RosterDrafts:
    """Headers tell how far a draft is; all that names people is in sealed parts."""

    def __init__(self, database: Database[dict[str, Any]], seals: SealedParts) -> None:
        self.rows = database["roster_drafts"]
        self.parts = database["roster_draft_parts"]
        self.seals = seals

    def create_indexes(self) -> None:
        """Make the indexes."""
        for rows in (self.rows, self.parts):
            rows.create_index("until", expireAfterSeconds=0)
        self.rows.create_index("account")
        self.parts.create_index("draft")

    def create_draft(self, draft: RosterDraft, content: bytes) -> None:
        """A new draft with the bytes of its file; the account's oldest make room."""
        others = self.find_drafts(draft.account)
        for old in others[MOST_DRAFTS - 1 :]:
            self.delete_draft(old.id)
        self._put_part(draft.id, FILE, content)
        self._write_header(draft)

    def write_reading(self, draft: RosterDraft, roster: RosterFile | None) -> None:
        """The draft as its file was read, with its rows, chunk by chunk."""
        chunks = roster.split_into_chunks() if roster else []
        for number, (_, rows) in enumerate(chunks):
            self._put_part(draft.id, str(number), msgspec.json.encode(rows))
        self._write_header(draft)

    def get_draft(self, id_: str, account: str) -> RosterDraft | None:
        """A draft of this account, or None."""
        row = self.rows.find_one({"_id": id_, "account": account})
        return self._draft_of(row) if row and row["until"] > moment_in(0) else None

    def find_drafts(self, account: str) -> list[RosterDraft]:
        """The drafts of this account, the newest first."""
        found = self.rows.find({"account": account}).sort("until", -1)
        return [self._draft_of(row) for row in found if row["until"] > moment_in(0)]

    def get_content(self, id_: str) -> bytes:
        """The bytes of a draft's file."""
        return self._get_part(id_, FILE)

    def get_rows(self, id_: str, number: int) -> Rows:
        """The rows of a chunk, counted from 0."""
        rows: Rows = msgspec.json.decode(self._get_part(id_, str(number)))
        return rows

    def begin_sending(
        self, id_: str, name: str, roster_id: str, was_before: bool
    ) -> None:
        """It was confirmed, under this name and this roster's id."""
        begun: dict[str, Any] = {"name": name, "roster_id": roster_id, "is_begun": True}
        begun["was_before"] = was_before
        self.rows.update_one({"_id": id_, "is_begun": False}, {"$set": begun})

    def note_sent(self, id_: str, sent: int) -> None:
        """So many chunks have arrived; two windows that send one draft do no harm."""
        self.rows.update_one({"_id": id_}, {"$max": {"sent": sent}})

    def delete_draft(self, id_: str) -> None:
        """Nothing is left of it."""
        self.rows.delete_one({"_id": id_})
        self.parts.delete_many({"draft": id_})

    def _write_header(self, draft: RosterDraft) -> None:
        self._put_part(draft.id, SUMMARY, msgspec.json.encode(draft.summary))
        row = {
            "account": draft.account,
            "branch_id": draft.branch_id,
            "file_name": draft.file_name,
            "name": draft.name,
            "dry_run": draft.dry_run,
            "choices": msgspec.json.encode(draft.choices).decode(),
            "roster_id": draft.roster_id,
            "chunks": draft.chunks,
            "sent": draft.sent,
            "is_begun": draft.is_begun,
            "was_before": draft.was_before,
            "until": moment_in(DRAFT_SECONDS),
        }
        self.rows.replace_one({"_id": draft.id}, row, upsert=True)

    def _draft_of(self, row: dict[str, Any]) -> RosterDraft:
        summary = self._get_part(row["_id"], SUMMARY)
        plain = {n: v for n, v in row.items() if n not in ("_id", "until", "choices")}
        return RosterDraft(
            id=row["_id"],
            choices=msgspec.json.decode(row["choices"], type=DraftChoices),
            summary=msgspec.json.decode(summary, type=DraftSummary),
            **plain,
        )

    def _put_part(self, id_: str, part: str, content: bytes) -> None:
        place = f"{id_}.{part}"
        row = {
            "draft": id_,
            "sealed": self.seals.seal(place, content),
            "until": moment_in(DRAFT_SECONDS),
        }
        self.parts.replace_one({"_id": place}, row, upsert=True)

    def _get_part(self, id_: str, part: str) -> bytes:
        place = f"{id_}.{part}"
        row = self.parts.find_one({"_id": place})
        return self.seals.unseal(place, row["sealed"]) if row else b""


def new_draft_id() -> str:
    """An id that nobody can guess."""
    return secrets.token_urlsafe(12)
