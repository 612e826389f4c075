"""Refusals of the record: which rule said no."""


class Refusal(Exception):
    """A rule said no. `slug` is stable, the message says what to do."""

    slug = "refused"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.members: dict[str, object] = {}


class UnknownCertificate(Refusal):
    """No certificate has this number."""

    slug = "unknown-certificate"


class UnknownBranch(Refusal):
    """There is no such branch, or the caller does not reach it."""

    slug = "unknown-branch"


class UnknownEntry(Refusal):
    """The person has no such hours entry."""

    slug = "unknown-hours-entry"


class UnknownLearner(Refusal):
    """Nobody with this id ever had a seat or hours here."""

    slug = "unknown-person"


class PersonDeleted(Refusal):
    """The person's data are deleted: the record stands as it is."""

    slug = "person-deleted"


class HoursBelowZero(Refusal):
    """More would be taken away than there is; `hours` are what is left."""

    slug = "hours-below-zero"

    def __init__(self, message: str, hours: float) -> None:
        super().__init__(message)
        self.members = {"hours": hours}


class CorrectedMeanwhile(Refusal):
    """Somebody else was quicker: what was seen is not how it is now."""

    slug = "corrected-meanwhile"


class CannotUndo(Refusal):
    """What is to be undone is no correction of this entry, or was undone before."""

    slug = "cannot-undo"


class NotConsumedYet(Exception):
    """An event that this one builds on was not consumed yet; this one comes again."""

    comes_again = True
