"""Drafts of rosters in memory, as the gateway's store has them."""

from dataclasses import replace
from typing import Any

from gateway.roster_drafts.draft import RosterDraft
from gateway.roster_files.column_mapping import ColumnMapping
from gateway.roster_files.roster_file import RosterFile


class MemoryDrafts:
    """Drafts, their files and their rows."""

    def __init__(self) -> None:
        self.drafts: dict[str, RosterDraft] = {}
        self.contents: dict[str, bytes] = {}
        self.chunks: dict[str, list[list[dict[str, Any]]]] = {}

    def create_draft(self, draft: RosterDraft, content: bytes) -> None:
        self.drafts[draft.id], self.contents[draft.id] = draft, content

    def write_reading(self, draft: RosterDraft, roster: RosterFile | None) -> None:
        self.drafts[draft.id] = draft
        chunks = roster.split_into_chunks() if roster else []
        self.chunks[draft.id] = [rows for _, rows in chunks]

    def get_draft(self, id_: str, account: str) -> RosterDraft | None:
        found = self.drafts.get(id_)
        return found if found and found.account == account else None

    def find_drafts(self, account: str) -> list[RosterDraft]:
        return [one for one in self.drafts.values() if one.account == account]

    def get_content(self, id_: str) -> bytes:
        return self.contents[id_]

    def get_rows(self, id_: str, number: int) -> list[dict[str, Any]]:
        return self.chunks[id_][number]

    def begin_sending(
        self, id_: str, name: str, roster_id: str, was_before: bool
    ) -> None:
        self.drafts[id_] = replace(
            self.drafts[id_],
            name=name,
            roster_id=roster_id,
            was_before=was_before,
            is_begun=True,
        )

    def note_sent(self, id_: str, sent: int) -> None:
        draft = self.drafts[id_]
        self.drafts[id_] = replace(draft, sent=max(sent, draft.sent))

    def delete_draft(self, id_: str) -> None:
        for there in (self.drafts, self.contents, self.chunks):
            there.pop(id_, None)


class MemoryMappings:
    """Column mappings by branch and fingerprint."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], ColumnMapping] = {}

    def get_mapping(self, branch_id: str, fingerprint: str) -> ColumnMapping | None:
        return self.rows.get((branch_id, fingerprint))

    def put_mapping(self, branch_id: str, mapping: ColumnMapping) -> None:
        self.rows[branch_id, mapping.fingerprint] = mapping
