"""What the child that reads a workbook writes, a line of JSON each."""

import msgspec


class SheetRow(msgspec.Struct, array_like=True, tag=0):
    """A row that is not blank, with the number that the spreadsheet shows."""

    number: int
    cells: list[str]


class SheetChoice(msgspec.Struct, array_like=True, tag=1):
    """The sheet that is read, first of all lines.

    `others` are visible sheets that hold something; `hidden` the first rows of the
    sheet that nobody sees, `hidden_count` all of them.
    """

    sheet: str
    others: list[str]
    hidden: list[int]
    hidden_count: int


class SheetFault(msgspec.Struct, array_like=True, tag=2):
    """Why nothing, or nothing more, is read: a code of `roster_faults.FAULTS`."""

    fault: str


class SheetEnd(msgspec.Struct, array_like=True, tag=3):
    """All rows were written: without this line some are missing."""


Line = SheetRow | SheetChoice | SheetFault | SheetEnd


class WorkbookFault(Exception):
    """A workbook cannot be read. `fault` is a code of `roster_faults.FAULTS`."""

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault
