"""What somebody says of a file before it is sent: its name, its sheet, its columns."""

from dataclasses import replace
from pathlib import PurePath

from fields import Illegal
from fields.texts import written_line
from flask import request

from gateway.roster_drafts.draft import DraftChoices, RosterDraft
from gateway.roster_files.column_mapping import ColumnMapping
from gateway.roster_files.known_heads import HEADS

LONGEST_NAME = 200
"""What enrollment keeps of a roster's name."""


def read_name(written: str) -> str:
    """A name as enrollment takes it; empty where it takes none of it."""
    try:
        return written_line(written[:LONGEST_NAME])
    except Illegal:
        return ""


def name_roster(draft: RosterDraft) -> RosterDraft:
    """The draft as somebody called it; else by its file, and by its class if one."""
    written = read_name(request.form.get("name", ""))
    if written and written != draft.name:
        return replace(draft, name=written)
    name = PurePath(draft.file_name).stem
    classes = list(draft.summary.classes)
    if len(classes) == 1:
        title = draft.summary.titles.get(classes[0], classes[0])
        name = f"{name} · {title}"[:LONGEST_NAME]
    return replace(draft, name=name)


def read_choices(draft: RosterDraft) -> DraftChoices:
    """What the form says of sheet and columns; as before where it says nothing else."""
    sheet = request.form.get("sheet", draft.choices.sheet)
    here = draft.summary.notes.sheet
    if sheet and sheet != (draft.choices.sheet or here):
        return replace(draft.choices, sheet=sheet, mapping=None)
    columns = _read_columns(draft)
    if columns is None:
        return draft.choices
    seen = draft.summary.seen
    mapping = ColumnMapping(columns, seen.guess.fingerprint if seen else "")
    return replace(draft.choices, mapping=mapping)


def _read_columns(draft: RosterDraft) -> dict[str, tuple[int, ...]] | None:
    """The columns that were picked, or None if they are those that were read."""
    seen = draft.summary.seen
    if seen is None or not any(f"column_{name}" in request.form for name in HEADS):
        return None
    picked: dict[str, tuple[int, ...]] = {}
    before = seen.columns
    for name in HEADS:
        place = request.form.get(f"column_{name}", "")
        if not place.isdecimal() or len(place) > len("1000"):
            continue
        read = before.get(name, ())
        picked[name] = read if read[:1] == (int(place),) else (int(place),)
    return None if picked == before else picked
