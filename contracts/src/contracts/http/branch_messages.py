"""What enrollment answers to the messages of a branch."""

from contracts.http.shape import Answer


class MessageAnswerOut(Answer, omit_defaults=True):
    """What became of a message.

    `status` is what it would be answered alone: 202 when it is taken, 200 when it was
    decided before, else why not. `key` is the branch's own, where it can be read;
    `state` is received, decided or refused. Of a refused one `reason` is a stable code,
    `place` what is wrong, left out where it is all of it, and `detail` what to do.
    """

    status: int
    key: str
    state: str
    reason: str = ""
    place: str = ""
    detail: str = ""


class MessagesOut(Answer):
    """What became of each message, in their order."""

    items: list[MessageAnswerOut]
