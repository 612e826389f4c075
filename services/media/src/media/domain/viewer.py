"""A person who watches: with one player at a time, from one budget of time."""

from dataclasses import dataclass, field, replace

from media.domain.budget import Budget

QUIET_SECONDS = 20.0
"""A player that was not heard for two reports has gone."""
LATE_SECONDS = 10.0
"""So much later than the take-over a former player may say it played: what was on its
way, and the time until it was told."""


@dataclass(frozen=True)
class Viewer:
    """A person's one active player, and the person's budget of time.

    `player` is empty where none plays. It plays since `since` and was last heard at
    `heard` (epoch seconds of the server).
    """

    person_id: str
    player: str = ""
    since: float = 0.0
    heard: float = 0.0
    budget: Budget = field(default_factory=Budget)

    def start_player(self, player: str, now: float, take_over: bool) -> "Viewer | None":
        """The viewer with this player playing, or None: another does.

        The budget begins to fill when the person begins to play for the first time,
        and goes on whatever plays: what is late when somebody begins anew is paid too.
        """
        if self.has_another(player, now) and not take_over:
            return None
        return replace(
            self,
            player=player,
            since=self.since if player == self.player else now,
            heard=now,
            budget=self.budget.fill(now) if self.since else Budget(0.0, now),
        )

    def may_report(self, player: str, played_at: float) -> bool:
        """Whether that player may report what it played up to this moment.

        The active one always; another one what it says it played before the active
        one began. It may say so wrongly and wins nothing: all spend one budget.
        """
        return bool(self.since) and (
            player == self.player or played_at <= self.since + LATE_SECONDS
        )

    def spend_seconds(self, seconds: float, now: float) -> "Viewer":
        """The viewer after so much of the time that has passed."""
        return replace(self, budget=self.budget.fill(now).spend(seconds))

    def note_sign(self, player: str, now: float, leaving: bool) -> "Viewer":
        """Note a sign of life of the active player, or that it leaves."""
        if player != self.player:
            return self
        if leaving:
            return replace(self, player="", since=now, heard=now)
        return replace(self, heard=now)

    def has_another(self, player: str, now: float) -> bool:
        """Whether another player plays, as far as was heard of it lately."""
        is_quiet = now - self.heard > QUIET_SECONDS
        return bool(self.player) and self.player != player and not is_quiet
