"""Choose how a person is told of what."""

from collections.abc import Collection

from notify.domain.preferences import Preferences, check_telling
from notify.usecases.ports import DeletedPeople, Preferred


class ChooseTelling:
    """A choice is personal data: of who is deleted nothing new is stored. `channels`
    are those that this installation has."""

    def __init__(
        self, preferred: Preferred, deleted: DeletedPeople, channels: Collection[str]
    ) -> None:
        self.preferred, self.deleted, self.channels = preferred, deleted, channels

    def __call__(self, chosen: Preferences) -> None:
        """From now on the person is told so. Raises PreferencesRefused,
        ChannelMissing."""
        check_telling(chosen, self.channels)
        if self.deleted.find_begun({chosen.id}):
            return
        self.preferred.put_telling(chosen)
        self.deleted.forget_late({chosen.id})
