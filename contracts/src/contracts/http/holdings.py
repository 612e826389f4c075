"""What every service answers about all that is stored there of one person."""

from contracts.http.shape import Answer


class Holding(Answer):
    """Rows of one kind that are stored about a person, every value as text.

    `kind` names them. `stays` is empty for what is deleted when the person asks for it,
    else the code of the reason for which it is not.
    """

    kind: str
    rows: list[dict[str, str]]
    stays: str = ""


class HoldingsOut(Answer):
    """All that one service stores about a person; `is_forgotten` once it has deleted
    what it had to."""

    holdings: list[Holding]
    is_forgotten: bool = False


class UnmaskedOut(Answer):
    """A person's numbers in full, for whoever gave a reason."""

    person_id: str
    name: str
    phone: str
    email: str
    id_number: str
