"""The webhook of a branch: where its feed is sent, and how far it is."""

from dataclasses import dataclass, replace

from enrollment.domain.errors import Refusal

ACTIVE, PAUSED, DISABLED = "active", "paused", "disabled"
BACKOFF_SECONDS = (5.0, 30.0, 120.0, 600.0, 1800.0, 3600.0, 7200.0, 14400.0)
"""After each failed try in a row, the last for all behind: what is down for a minute is
reached within two, what is down for days is asked six times a day."""
MOST_JITTER = 0.2
"""As a share: what failed together shall not come again together."""
FAILING_SECONDS = 5 * 24 * 3600.0
"""A system that is down over a weekend and a holiday comes back by itself."""
OLD_SECRET_SECONDS = 24 * 3600.0
"""A day is enough to put the new secret in place."""
MOST_OLD_SECRETS = 3
"""Whoever asks again and again still has the one in use: each signs every message."""
FAILURES_SHOWN = 10
SLOW_SECONDS = 2.0
"""Whoever takes longer for an answer waits among those who do, too."""
GONE = "gone"
"""The reason of a failure by which a receiver says that it wants no more."""


class UnknownWebhook(Refusal):
    """This branch has no webhook."""

    slug = "unknown-webhook"


@dataclass(frozen=True)
class WebhookTry:
    """What came of a message that was sent: no `reason` where all was well, and the
    `status` that was answered, 0 where nothing was. `number` is the entry's."""

    at: float
    number: int
    reason: str
    status: int = 0


@dataclass(frozen=True)
class OldSecret:
    """A secret of before, good until a moment."""

    text: str
    until: float


@dataclass(frozen=True)
class Webhook:
    """Where the feed of a branch is sent. All entries up to `delivered` were.

    `old_secrets` are good beside `secret`, the newest first. Since `failing_since` all
    `tries` failed; both are 0 while all is well. `is_tested` while a test is asked for
    that nobody has sent yet; `test` is what came of the last one.
    """

    branch_id: str
    url: str
    secret: str
    delivered: int
    state: str = ACTIVE
    old_secrets: tuple[OldSecret, ...] = ()
    failing_since: float = 0.0
    tries: int = 0
    failures: tuple[WebhookTry, ...] = ()
    is_slow: bool = False
    is_tested: bool = False
    test: WebhookTry | None = None

    def secrets_at(self, now: float) -> list[str]:
        """The secrets that are good at a moment, the newest first."""
        old = [one.text for one in self.old_secrets if now < one.until]
        return [self.secret, *old]

    @property
    def old_until(self) -> float:
        """Until when a secret of before is good, too; 0 if there is none."""
        return self.old_secrets[0].until if self.old_secrets else 0.0

    def lead_to(self, url: str, paused: bool) -> "Webhook":
        """It leads to this address from now on, and is tried anew."""
        state = PAUSED if paused else ACTIVE
        return replace(self, url=url, state=state, failing_since=0.0, tries=0)

    def rotate_secret(self, secret: str, now: float) -> "Webhook":
        """It has another secret; each of before is good until its own day is over.
        Of too many the oldest stays, which is likely the one in use."""
        before = OldSecret(self.secret, now + OLD_SECRET_SECONDS)
        good = [one for one in self.old_secrets if now < one.until]
        old = (
            before,
            *good[: MOST_OLD_SECRETS - 2],
            *good[MOST_OLD_SECRETS - 2 :][-1:],
        )
        return replace(self, secret=secret, old_secrets=old)

    def replay_from(self, number: int, last: int) -> "Webhook":
        """An entry and all behind it are sent once more; none before it."""
        delivered = max(0, min(number - 1, last))
        return replace(self, delivered=delivered, failing_since=0.0, tries=0)

    def note_delivered(self, number: int, seconds: float) -> "Webhook":
        """An entry arrived, after so many seconds."""
        is_slow = seconds > SLOW_SECONDS
        return replace(
            self, delivered=number, is_slow=is_slow, failing_since=0.0, tries=0
        )

    def note_test(self, test: WebhookTry, seconds: float) -> "Webhook":
        """What came of the test that was asked for, after so many seconds."""
        is_slow = seconds > SLOW_SECONDS
        return replace(self, is_tested=False, test=test, is_slow=is_slow)

    def note_failure(self, failure: WebhookTry, seconds: float) -> "Webhook":
        """An entry did not arrive, after so many seconds; after days it is disabled,
        and at once where the receiver says that it is gone."""
        since = self.failing_since or failure.at
        is_over = failure.at - since >= FAILING_SECONDS or failure.reason == GONE
        return replace(
            self,
            failing_since=since,
            tries=self.tries + 1,
            failures=(failure, *self.failures)[:FAILURES_SHOWN],
            state=DISABLED if is_over else self.state,
            is_slow=seconds > SLOW_SECONDS,
        )


def compute_pause(tries: int, share: float) -> float:
    """How long to wait after so many failed tries in a row; `share`, 0 to 1, spreads
    those that failed together."""
    pause = BACKOFF_SECONDS[min(tries, len(BACKOFF_SECONDS)) - 1]
    return pause * (1 + MOST_JITTER * share)
