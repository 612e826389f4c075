"""Why a rule of enrolment said no."""


class Refusal(Exception):
    """A rule said no. `slug` is stable, the message says what to do."""

    slug = "refused"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.members: dict[str, object] = {}


class UnknownBranch(Refusal):
    """No branch has this id."""

    slug = "unknown-branch"


class NotYourBranch(Refusal):
    """The branch lies outside the caller's scope."""

    slug = "not-your-branch"


class BranchExists(Refusal):
    """A branch of this id is there with another name or parent."""

    slug = "branch-exists"


class UnknownClass(Refusal):
    """Neither here nor at catalog is a class of this id."""

    slug = "unknown-class"


class UnknownChunk(Refusal):
    """This branch has sent no such chunk."""

    slug = "unknown-chunk"


class ChunkDiffers(Refusal):
    """The key was used for other rows."""

    slug = "chunk-differs"


class UnknownEnrolment(Refusal):
    """No such enrolment within the caller's scope."""

    slug = "unknown-enrolment"


class Finished(Refusal):
    """The person has the certificate of the class."""

    slug = "finished"


class UnknownPerson(Refusal):
    """No such person within the caller's scope."""

    slug = "unknown-person"


class NotYourPerson(Refusal):
    """The person, or this field of theirs, is not the caller's alone to correct."""

    slug = "not-your-person"


class FieldIllegal(Refusal):
    """A field cannot be taken as it is written. `reason` says why."""

    slug = "field-illegal"

    def __init__(self, message: str, field: str, reason: str) -> None:
        super().__init__(message)
        self.members = {"field": field, "reason": reason}


class JournalFull(Exception):
    """Too many decisions wait to be copied out; copy them out first."""
