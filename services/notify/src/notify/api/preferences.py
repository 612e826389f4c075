"""/preferences: how a person wants to be told."""

from chassis.http.auth import current_caller, require_roles
from chassis.http.routing import Routes, get, put
from contracts.http.notify import LanguageIn, LanguageOut, TellingIn, TellingOut

from notify.domain.echoes import BY_MESSAGE, KINDS
from notify.domain.notice import SMS
from notify.domain.preferences import Preferences
from notify.usecases.choose_language import ChooseLanguage
from notify.usecases.choose_telling import ChooseTelling
from notify.usecases.find_preferences import FindPreferences


class PreferenceRoutes(Routes):
    """Routes for preferences."""

    name = "preferences"

    def __init__(
        self,
        choose: ChooseLanguage,
        choose_telling: ChooseTelling,
        find_preferences: FindPreferences,
    ) -> None:
        self.choose, self.choose_telling = choose, choose_telling
        self.find_preferences = find_preferences

    @put("/preferences/language")
    @require_roles("trainee")
    def put_language(self, asked: LanguageIn) -> LanguageOut:
        """What goes out to the person who asks is in this language from now on."""
        self.choose(current_caller().person, asked.language)
        return LanguageOut(language=asked.language)

    @get("/preferences/telling")
    @require_roles("trainee")
    def show_telling(self) -> TellingOut:
        """How the person who asks wants to be told."""
        return self._view_telling()

    @put("/preferences/telling")
    @require_roles("trainee")
    def put_telling(self, asked: TellingIn) -> TellingOut:
        """The person who asks is told so from now on; what is held already leaves when
        it was to."""
        self.choose_telling(
            Preferences(
                current_caller().person,
                ways=dict(asked.ways),
                quiet_from=asked.quiet_from,
                quiet_until=asked.quiet_until,
                digest_at=asked.digest_at,
                zone=asked.zone,
            )
        )
        return self._view_telling()

    def _view_telling(self) -> TellingOut:
        person = current_caller().person
        chosen = self.find_preferences([person])[person]
        has_messages = SMS in self.choose_telling.channels
        return TellingOut(
            ways=chosen.ways,
            quiet_from=chosen.quiet_from,
            quiet_until=chosen.quiet_until,
            digest_at=chosen.digest_at,
            zone=chosen.zone,
            kinds=sorted(KINDS),
            by_message=sorted(BY_MESSAGE) if has_messages else [],
        )
