"""Choose the language in which a person is written to."""

from notify.usecases.ports import DeletedPeople, Languages


class ChooseLanguage:
    """A choice is personal data: of who is deleted nothing new is stored."""

    def __init__(self, languages: Languages, deleted: DeletedPeople) -> None:
        self.languages, self.deleted = languages, deleted

    def __call__(self, person_id: str, language: str) -> None:
        """What goes out to this person from now on is in this language."""
        if self.deleted.find_begun({person_id}):
            return
        self.languages.put(person_id, language)
        self.deleted.forget_late({person_id})
