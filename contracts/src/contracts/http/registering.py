"""What enrollment is asked and answers about people who are registered without a
class."""

from typing import Any

from contracts.http.shape import Answer, Shape


class PeopleIn(Shape):
    """People of a branch and those below it, at most 200: rows as rosters have them,
    without a class. A dry run says what would become of them."""

    rows: list[Any]
    dry_run: bool = False


class PersonOutcomeOut(Answer):
    """What became of a row: registered, member-added, changed, unchanged or rejected.

    `fields` are those that changed; `reason` and `detail` say why a row was rejected,
    `notes` what the branch should know besides.
    """

    row: int
    outcome: str
    reason: str = ""
    detail: str = ""
    person_id: str = ""
    fields: list[str] = []
    notes: list[str] = []


class RegisteredPeopleOut(Answer):
    """One outcome for each row, in their order."""

    dry_run: bool
    rows: list[PersonOutcomeOut]
