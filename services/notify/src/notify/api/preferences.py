"""/preferences: how a person wants to be told."""

from chassis.http.auth import current_caller, require_roles
from chassis.http.routing import Routes, put
from contracts.http.notify import LanguageIn, LanguageOut

from notify.usecases.choose_language import ChooseLanguage


class PreferenceRoutes(Routes):
    """Routes for preferences."""

    name = "preferences"

    def __init__(self, choose: ChooseLanguage) -> None:
        self.choose = choose

    @put("/preferences/language")
    @require_roles("trainee")
    def put_language(self, asked: LanguageIn) -> LanguageOut:
        """What goes out to the person who asks is in this language from now on."""
        self.choose(current_caller().person, asked.language)
        return LanguageOut(language=asked.language)
