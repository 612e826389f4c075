"""Refusals of enrolment: which rule said no."""

from collections.abc import Mapping

WHAT_TO_DO = {
    "rows-none": "这一批没有行：请至少发一行",
    "rows-too-many": "一批最多 200 行：请分成几批再发",
    "row-unreadable": "这一行读不出：每一行须是一个对象",
    "row-field-unknown": "这一行有名册里没有的字段：请去掉后再发",
    "row-number-invalid": "行号须是 1 到 1000000 的整数：请改正后再发",
    "row-number-twice": "行号与前面一行相同：每行须有自己的行号",
    "repairs-differ": "要改的行号与所送的行不一致：请只送要改的行，各用原来的行号",
    "sandbox-mixed": "试用班级和真实班级不能在同一批里：请分成两批再发",
}
"""By rule, what a branch does whose chunk is refused for it."""


CHANGED_SINCE = "在您之后有人改过：请对照现在的内容后再改"


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


class BranchBelowItself(Refusal):
    """A branch cannot be moved below itself."""

    slug = "branch-below-itself"


class BranchClosed(Refusal):
    """The branch is closed: nothing new begins there."""

    slug = "branch-closed"


class BranchInUse(Refusal):
    """Something still runs at the branch that is to be closed; the members count it."""

    slug = "branch-in-use"

    def __init__(self, message: str, use: Mapping[str, object]) -> None:
        super().__init__(message)
        self.members = dict(use)


class EditConflict(Refusal):
    """It has another version than its editor saw; `version`, where it is named, is how
    it stands now."""

    slug = "edit-conflict"

    def __init__(self, message: str = CHANGED_SINCE, version: int = 0) -> None:
        super().__init__(message)
        self.members = {"version": version} if version else {}


class UnknownClass(Refusal):
    """Neither here nor at catalog is a class of this id."""

    slug = "unknown-class"


class UnknownChunk(Refusal):
    """This branch has sent no such chunk."""

    slug = "unknown-chunk"


class UnknownRoster(Refusal):
    """This branch has sent no such roster."""

    slug = "unknown-roster"


class BadCursor(Refusal):
    """The mark of a page is none that was given out here."""

    slug = "bad-cursor"


class NothingToTakeBack(Refusal):
    """The roster was a dry run: it enrolled nobody."""

    slug = "roster-dry-run"


class NotTakenBack(Refusal):
    """Only what was taken back can be redone."""

    slug = "roster-not-taken-back"


class RosterBusy(Refusal):
    """The roster is being taken back or redone just now."""

    slug = "roster-busy"


class RedoTooLate(Refusal):
    """The roster was taken back too long ago to be redone."""

    slug = "redo-too-late"


class ChunkDiffers(Refusal):
    """The key was used for other rows."""

    slug = "chunk-differs"


class RowsRefused(Refusal):
    """A chunk cannot be taken since one of its rows could have no outcome.

    `place` and `rule` say which and why.
    """

    slug = "rows-refused"

    def __init__(self, place: str, rule: str) -> None:
        super().__init__(f"{WHAT_TO_DO[rule]}（{place}）")
        self.place, self.rule = place, rule
        self.members = {"place": place, "rule": rule}


class TooManyUndecided(Refusal):
    """More of this branch waits to be decided than is taken at once."""

    slug = "too-many-undecided"


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


class UnmaskingRefused(Refusal):
    """The caller's role has no right to see numbers in full."""

    slug = "unmasking-refused"


class NumberTaken(Refusal):
    """The member number is another person's in that branch."""

    slug = "number-taken"


class NothingToMove(Refusal):
    """Neither a branch to leave nor one to join is named."""

    slug = "nothing-to-move"


class NotMember(Refusal):
    """The person is no member of the branch that is to be left."""

    slug = "not-member"


class UnknownDouble(Refusal):
    """No such pair of records was found alike."""

    slug = "unknown-double"


class SamePerson(Refusal):
    """A record cannot be merged with itself."""

    slug = "same-person"


class AlreadyMerged(Refusal):
    """One of the records is an alias of a third."""

    slug = "already-merged"


class NotMerged(Refusal):
    """These two records are not merged."""

    slug = "not-merged"


class MergeTooOld(Refusal):
    """The merge is too long ago to be undone."""

    slug = "merge-too-old"


class UnknownRequest(Refusal):
    """No such request of the caller's, or of a branch within the caller's scope."""

    slug = "unknown-request"


class RequestPending(Refusal):
    """The human asked already and has no answer yet."""

    slug = "request-pending"


class AlreadyDecided(Refusal):
    """The request was decided otherwise, or taken back; `state` says how it stands."""

    slug = "request-decided"

    def __init__(self, state: str) -> None:
        super().__init__("这个申请已经有了结果：请刷新后看最新的状态")
        self.members = {"state": state}


class RequestLapsed(Refusal):
    """The branch no longer holds the person, or the class takes nobody any more."""

    slug = "request-lapsed"


class NotOpen(Refusal):
    """The class takes nobody any more: it is closed or over."""

    slug = "class-not-open"


class AlreadyEnrolled(Refusal):
    """The human has a seat in the class, or waits for one."""

    slug = "already-enrolled"


class BranchToAsk(Refusal):
    """None of the open branches that hold the person is named, or there is none."""

    slug = "branch-to-ask"


class FieldIllegal(Refusal):
    """A field cannot be taken as it is written. `reason` says why."""

    slug = "field-illegal"

    def __init__(self, message: str, field: str, reason: str) -> None:
        super().__init__(message)
        self.members = {"field": field, "reason": reason}


class JournalFull(Exception):
    """Too many decisions wait to be copied out; copy them out first."""
