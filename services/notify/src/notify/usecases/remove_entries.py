"""The tray without what was written to a person, who asked for that."""

from notify.usecases.ports import Mails, Tray


def remove_entries(mails: Mails, tray: Tray | None, person_id: str) -> None:
    """Remove the person's mails and messages from the tray, where there is one.

    It comes before the mails themselves are forgotten, by which they are found.
    Repeating it changes nothing.
    """
    if tray is not None:
        tray.remove_entries(mails.find_ids_of(person_id))
