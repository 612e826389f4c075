"""Make-up: what people had watched before a course showed it, and how far it is."""

from dataclasses import dataclass, replace

WAIT_SECONDS, MOST_DOUBLED = 30.0, 7
"""So long after its end those come again whose certificate had to wait; each time
twice as long, up to about an hour."""


@dataclass(frozen=True)
class MakeUp:
    """The make-up of a course's edition: seats with ids up to `after` are seen.

    `waits` says why somebody's certificate must wait, if one must; `due`, in epoch
    seconds, is when it goes on, and None when nobody is left.
    """

    course_id: str
    edition: int
    due: float | None
    after: str = ""
    waits: str = ""
    rounds: int = 0

    @property
    def id(self) -> str:
        """The course and which edition of it."""
        return f"{self.course_id}.{self.edition}"

    def go_on(self, after: str, waits: str, now: float) -> "MakeUp":
        """The make-up some seats further; never back to where a slower worker is."""
        furthest = max(after, self.after)
        return replace(self, after=furthest, waits=waits or self.waits, due=now)

    def end_round(self, now: float) -> "MakeUp":
        """The make-up with all seats seen: over, or again from the first seat on."""
        pause = WAIT_SECONDS * float(2 ** min(self.rounds, MOST_DOUBLED))
        due = now + pause if self.waits else None
        return replace(self, after="", waits="", due=due, rounds=self.rounds + 1)
