"""What a client sends to its store."""

from dataclasses import dataclass, field

from pymongo.monitoring import (
    CommandFailedEvent,
    CommandListener,
    CommandStartedEvent,
    CommandSucceededEvent,
)


@dataclass
class Sent(CommandListener):
    """The names of the commands a client sent, those of its connections left out."""

    names: list[str] = field(default_factory=list)

    def started(self, event: CommandStartedEvent) -> None:
        if event.command_name != "hello":
            self.names.append(event.command_name)

    def succeeded(self, event: CommandSucceededEvent) -> None:
        """Of no interest."""

    def failed(self, event: CommandFailedEvent) -> None:
        raise AssertionError(event.failure)
