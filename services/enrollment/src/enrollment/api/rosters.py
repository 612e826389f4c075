"""/branches/{branch}/chunks: rows in, receipts out."""

import time
from collections.abc import Callable

from chassis.http.auth import current_caller, current_scope, require_roles
from chassis.http.problem import Problem
from chassis.http.routing import Routes, get, put
from chassis.http.views import Answered
from contracts.http.rosters import ChunkIn, ReceiptOut, RowOutcomeOut
from fields.codes import ID

from enrollment.domain.errors import UnknownChunk
from enrollment.domain.roster import DECIDED, Chunk, chunk_id
from enrollment.domain.roster_message import read_rows
from enrollment.usecases.change_branch import require_open
from enrollment.usecases.create_branch import require_within
from enrollment.usecases.ports import Branches, Chunks
from enrollment.usecases.receive_message import new_chunk, receive_chunk


class RosterRoutes(Routes):
    """Routes for rosters."""

    name = "rosters"

    def __init__(
        self, branches: Branches, chunks: Chunks, wake: Callable[[], None]
    ) -> None:
        self.branches, self.chunks, self.wake = branches, chunks, wake

    def _require_branch(self, branch: str) -> None:
        require_within(self.branches, branch, current_scope())

    @put("/branches/<branch>/chunks/<key>", status=202, also=(200,))
    @require_roles("officer", "staff")
    def put_chunk(self, branch: str, key: str, asked: ChunkIn) -> Answered[ReceiptOut]:
        """A chunk is taken, once under its key; 200 when it is decided already."""
        require_open(require_within(self.branches, branch, current_scope()))
        if not ID.fullmatch(key):
            raise Problem(
                422, "key-refused", "A chunk's key is up to 80 plain letters."
            )
        who = current_caller()
        sent = new_chunk(
            branch_id=branch,
            roster_id=asked.roster_id,
            key=key,
            dry_run=asked.dry_run,
            rows=read_rows(asked.rows),
            now=time.time(),
            name=asked.name,
            sent_by=who.account or who.person,
            repairs=asked.repairs,
            kept_id_numbers=asked.kept_id_numbers,
        )
        chunk = receive_chunk(self.chunks, sent)
        self.wake()
        return _answer_receipt(chunk)

    @get("/branches/<branch>/chunks/<key>", also=(202,))
    @require_roles("officer", "staff")
    def show_receipt(self, branch: str, key: str) -> Answered[ReceiptOut]:
        """A chunk as far as it is; 202 while it is undecided."""
        self._require_branch(branch)
        chunk = self.chunks.get(chunk_id(branch, key))
        if chunk is None:
            raise UnknownChunk(f"没有收到过编号 {key} 的名册：请再发一次")
        return _answer_receipt(chunk)


def _answer_receipt(chunk: Chunk) -> Answered[ReceiptOut]:
    receipt = ReceiptOut.of(
        chunk,
        count=chunk.size or len(chunk.outcomes),
        outcomes=[
            RowOutcomeOut(**outcome.to_receipt_row()) for outcome in chunk.outcomes
        ],
    )
    return Answered(receipt, 200 if chunk.state == DECIDED else 202)
