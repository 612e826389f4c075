"""A roster between its file and its sending: what was read, and how far it is sent."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from gateway.roster_files.cell_faults import CellFault
from gateway.roster_files.column_mapping import ColumnMapping, SeenTable
from gateway.roster_files.roster_file import ReadingNotes


@dataclass(frozen=True)
class DraftChoices:
    """How a file is to be read: the class where it names none, the sheet, the columns.

    No mapping: the columns are those that were chosen before for such heads, or those
    that their heads tell.
    """

    class_id: str = ""
    sheet: str = ""
    mapping: ColumnMapping | None = None


@dataclass(frozen=True)
class DraftSummary:
    """How a file was understood.

    `fault` is the code of why it cannot be sent yet, with the `words` that its text
    names. `faulty` counts rows with faults, of which the first are in `faults`;
    `classes` are how many rows go to each class, `units` names that no branch has.
    `knows_classes` is false while the catalogue did not answer.
    """

    seen: SeenTable | None = None
    fault: str = ""
    words: Mapping[str, str] = field(default_factory=dict)
    notes: ReadingNotes = field(default_factory=ReadingNotes)
    rows: int = 0
    faulty: int = 0
    faults: tuple[CellFault, ...] = ()
    classes: Mapping[str, int] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    units: tuple[str, ...] = ()
    knows_classes: bool = True


@dataclass(frozen=True)
class RosterDraft:
    """A file that somebody chose and has not sent, or not to its end.

    `roster_id` is empty while it cannot be read. `sent` of its `chunks` have arrived;
    `is_begun` once somebody confirmed; `was_before` if the same was sent before.
    """

    id: str
    account: str
    branch_id: str
    file_name: str
    name: str
    dry_run: bool
    choices: DraftChoices
    summary: DraftSummary
    roster_id: str = ""
    chunks: int = 0
    sent: int = 0
    is_begun: bool = False
    was_before: bool = False

    @property
    def is_sent(self) -> bool:
        """Whether all of it has arrived."""
        return self.is_begun and self.sent >= self.chunks

    @property
    def percent(self) -> int:
        """How much of it has arrived."""
        return 100 * self.sent // max(1, self.chunks)
