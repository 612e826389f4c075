"""What enrollment is asked and answers about the way from a person or a roster to what
became of them."""

from contracts.http.shape import Answer, Name, Shape


class TracesIn(Shape):
    """What an operator was told: a name or a part of it, a phone, or the whole name of
    a roster."""

    words: Name


class TracedEnrolmentOut(Answer):
    """An enrolment as it stands, and the chunk that brought it, empty if none did."""

    enrolment_id: str
    class_id: str
    state: str
    chunk_id: str


class TracedPersonOut(Answer):
    """A person by whom an operator finds enrolments; name and phone are masked."""

    person_id: str
    name: str
    phone: str
    branches: list[str]
    enrolments: list[TracedEnrolmentOut]


class TracedRosterOut(Answer):
    """A roster, received at a moment in epoch seconds, and its chunks: `chunk_ids` are
    the first of them."""

    branch_id: str
    branch: str
    roster_id: str
    name: str
    received: float
    dry_run: bool
    state: str
    rows: int
    chunks: int
    chunk_ids: list[str]


class TracesOut(Answer):
    """People and rosters that fit; `has_more` where only the first are told."""

    people: list[TracedPersonOut]
    rosters: list[TracedRosterOut]
    has_more: bool
