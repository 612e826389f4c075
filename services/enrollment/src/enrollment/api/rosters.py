"""/branches/{branch}/chunks and rosters: rows in, receipts out."""

import time
from collections.abc import Callable

from chassis.http.auth import needs, scope
from chassis.http.body import answer, body, query
from chassis.http.problem import Problem
from fields.keys import ID
from flask import Blueprint, Response

from enrollment.api import shapes
from enrollment.domain.errors import UnknownChunk
from enrollment.domain.roster import DECIDED, Chunk, chunk_id
from enrollment.domain.sent_rows import read_rows
from enrollment.usecases.create_branch import require_within
from enrollment.usecases.ports import Branches, Chunks
from enrollment.usecases.receive_chunk import new_chunk, receive_chunk


def blueprint(
    branches: Branches, chunks: Chunks, wake: Callable[[], None]
) -> Blueprint:
    """Routes for rosters."""
    bp = Blueprint("rosters", __name__)

    def within(branch: str) -> None:
        require_within(branches, branch, scope())

    @bp.put("/branches/<branch>/chunks/<key>")
    @needs("officer", "staff")
    def send(branch: str, key: str) -> Response:
        within(branch)
        if not ID.fullmatch(key):
            raise Problem(
                422, "key-refused", "A chunk's key is up to 80 plain letters."
            )
        said = body(shapes.ChunkIn)
        sent = new_chunk(
            branch_id=branch,
            roster_id=said.roster_id,
            key=key,
            dry_run=said.dry_run,
            rows=read_rows(said.rows),
            now=time.time(),
        )
        kept = receive_chunk(chunks, sent)
        wake()
        return _receipt(kept)

    @bp.get("/branches/<branch>/chunks/<key>")
    @needs("officer", "staff")
    def receipt(branch: str, key: str) -> Response:
        within(branch)
        chunk = chunks.get(chunk_id(branch, key))
        if chunk is None:
            raise UnknownChunk(f"没有收到过编号 {key} 的名册：请再发一次")
        return _receipt(chunk)

    @bp.get("/branches/<branch>/rosters/<roster>")
    @needs("officer", "staff")
    def roster(branch: str, roster: str) -> Response:
        within(branch)
        if query(shapes.RosterIn).progress:
            return answer(chunks.progress(branch, roster))
        found = chunks.of_roster(branch, roster)
        return answer([shapes.chunk(chunk, with_names=True) for chunk in found])

    @bp.get("/rosters")
    @needs("officer", "staff")
    def rosters() -> Response:
        said = query(shapes.PageIn)
        ids = [branch.id for branch in branches.within(scope())]
        found = chunks.rosters(ids, min(said.limit, 50))
        return answer([shapes.chunk(chunk, with_names=False) for chunk in found])

    return bp


def _receipt(chunk: Chunk) -> Response:
    status = 200 if chunk.state == DECIDED else 202
    return answer(shapes.chunk(chunk, with_names=False), status)
