"""/branches/{branch}/events: what a branch sends over HTTPS instead of the broker."""

from collections.abc import Callable, Sequence

from chassis.http.auth import current_caller, current_scope, require_roles
from chassis.http.routing import Routes, post
from chassis.http.views import Answered
from contracts.http.branch_messages import MessageAnswerOut, MessagesOut
from flask import request

from enrollment.api.statuses import STATUSES
from enrollment.domain.branch_message import (
    BATCH,
    PLAIN,
    STRUCTURED,
    BranchMessage,
    is_batch,
)
from enrollment.domain.errors import Refusal
from enrollment.domain.refused_message import NotTaken
from enrollment.domain.roster import DECIDED, Chunk
from enrollment.usecases.create_branch import require_within
from enrollment.usecases.ports import Branches, Chunks, SentChunk
from enrollment.usecases.receive_message import (
    ReadMessage,
    receive_chunks,
    to_not_taken,
)

CONFLICT = 409
"""The status of a refusal for which none is named."""


class BranchEventRoutes(Routes):
    """Routes for the events of branches."""

    name = "branch_events"

    def __init__(
        self,
        branches: Branches,
        chunks: Chunks,
        read: ReadMessage,
        wake: Callable[[], None],
    ) -> None:
        self.branches, self.chunks = branches, chunks
        self.read, self.wake = read, wake

    @post(
        "/branches/<branch>/events",
        status=202,
        takes=(STRUCTURED, PLAIN, BATCH),
        also=(200,),
    )
    @require_roles("officer", "staff")
    def post_event(self, branch: str) -> Answered[MessagesOut]:
        """One CloudEvent or a batch; each message is taken or refused by itself.

        202 when all are taken; 200 when some of a batch are not, or all were decided
        before. One message alone that is refused is answered with the problem.
        """
        require_within(self.branches, branch, current_scope())
        headers = {name.lower(): value for name, value in request.headers.items()}
        kind = request.headers.get("Content-Type", "")
        message = BranchMessage(branch, kind, headers, request.get_data())
        who = current_caller()
        sent_by = who.account or who.person
        if is_batch(message):
            return self._answer_batch(self.read.read_all(message, sent_by))
        [answer] = self._receive([self.read(message, sent_by)])
        if isinstance(answer, NotTaken):
            raise answer
        status = 200 if answer.state == DECIDED else 202
        return Answered(MessagesOut(items=[_tell_taken(answer)]), status)

    def _answer_batch(
        self, read: Sequence[SentChunk | NotTaken]
    ) -> Answered[MessagesOut]:
        answers = [
            _tell_refused(one) if isinstance(one, NotTaken) else _tell_taken(one)
            for one in self._receive(read)
        ]
        statuses = {answer.status for answer in answers}
        return Answered(MessagesOut(items=answers), 202 if statuses == {202} else 200)

    def _receive(self, read: Sequence[SentChunk | NotTaken]) -> list[Chunk | NotTaken]:
        """What became of each, in their order."""
        sent = [one for one in read if isinstance(one, SentChunk)]
        received = iter(receive_chunks(self.chunks, sent))
        self.wake()
        return [
            one if isinstance(one, NotTaken) else _settle(one, next(received))
            for one in read
        ]


def _settle(sent: SentChunk, received: Chunk | Refusal) -> Chunk | NotTaken:
    if isinstance(received, Refusal):
        return to_not_taken(received, sent.chunk.key)
    return received


def _tell_taken(chunk: Chunk) -> MessageAnswerOut:
    status = 200 if chunk.state == DECIDED else 202
    return MessageAnswerOut(status=status, key=chunk.key, state=chunk.state)


def _tell_refused(why: NotTaken) -> MessageAnswerOut:
    return MessageAnswerOut(
        status=STATUSES.get(why.slug, CONFLICT),
        key=why.key,
        state="refused",
        reason=why.slug,
        place=why.place,
        detail=str(why),
    )
