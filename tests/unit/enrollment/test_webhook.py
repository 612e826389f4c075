"""How a webhook fails, recovers and is given up; and its signature."""

import base64
import hashlib
import hmac

from enrollment.domain.webhook import (
    ACTIVE,
    BACKOFF_SECONDS,
    DISABLED,
    FAILING_SECONDS,
    FAILURES_SHOWN,
    MOST_JITTER,
    MOST_OLD_SECRETS,
    OLD_SECRET_SECONDS,
    PAUSED,
    Webhook,
    WebhookTry,
    compute_pause,
)
from enrollment.domain.webhook_signature import sign_message, write_secret

HOOK = Webhook("dc", "https://hooks.example.org", "whsec_bmV3", 7)
NOW = 1_800_000_000.0


def failed(at: float, reason: str = "status") -> WebhookTry:
    return WebhookTry(at, 8, reason, 500)


def test_a_signature_is_the_one_of_standard_webhooks() -> None:
    """The example of the Standard Webhooks libraries."""
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    id_, body = "msg_p5jXN8AQM9LWM0D4loKWxJek", b'{"test": 2432232314}'
    assert sign_message([secret], id_, 1614265330, body) == {
        "webhook-id": id_,
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_every_secret_that_is_good_signs() -> None:
    raw = b"0" * 32
    signed = sign_message([write_secret(raw), "whsec_b2xk"], "m.1", 5, b"{}")
    new, old = signed["webhook-signature"].split(" ")
    for key, signature in ((raw, new), (b"old", old)):
        digest = hmac.new(key, b"m.1.5.{}", hashlib.sha256).digest()
        assert signature == "v1," + base64.b64encode(digest).decode()


def test_the_secret_before_is_good_for_a_day() -> None:
    rotated = HOOK.rotate_secret("whsec_bmV4dA==", NOW)
    assert rotated.secrets_at(NOW + OLD_SECRET_SECONDS - 1) == [
        "whsec_bmV4dA==",
        "whsec_bmV3",
    ]
    assert rotated.secrets_at(NOW + OLD_SECRET_SECONDS) == ["whsec_bmV4dA=="]


def test_a_second_rotation_leaves_each_secret_its_own_day() -> None:
    twice = HOOK.rotate_secret("whsec_Mg==", NOW).rotate_secret("whsec_Mw==", NOW + 60)
    end = NOW + OLD_SECRET_SECONDS
    assert twice.secrets_at(end - 1) == ["whsec_Mw==", "whsec_Mg==", HOOK.secret]
    assert twice.secrets_at(end) == ["whsec_Mw==", "whsec_Mg=="]
    assert twice.secrets_at(end + 60) == ["whsec_Mw=="]
    assert twice.old_until == end + 60


def test_of_many_rotations_the_secret_that_is_in_use_is_left() -> None:
    hook = HOOK
    for turn in range(6):
        hook = hook.rotate_secret(f"whsec_{turn}", NOW + turn)
    good = hook.secrets_at(NOW + 6)
    assert good == ["whsec_5", "whsec_4", "whsec_3", HOOK.secret]
    assert len(good) == 1 + MOST_OLD_SECRETS


def test_it_is_given_up_after_days_of_failure_and_not_before() -> None:
    hook = HOOK.note_failure(failed(NOW), 0.1)
    almost = hook.note_failure(failed(NOW + FAILING_SECONDS - 1), 0.1)
    assert (almost.state, almost.failing_since, almost.tries) == (ACTIVE, NOW, 2)
    assert hook.note_failure(failed(NOW + FAILING_SECONDS), 0.1).state == DISABLED


def test_what_arrives_ends_the_failing() -> None:
    hook = HOOK.note_failure(failed(NOW), 0.1).note_delivered(8, 0.1)
    assert (hook.delivered, hook.failing_since, hook.tries) == (8, 0.0, 0)
    late = hook.note_failure(failed(NOW + FAILING_SECONDS), 0.1)
    assert late.state == ACTIVE


def test_who_is_gone_is_given_up_at_once() -> None:
    assert HOOK.note_failure(failed(NOW, "gone"), 0.1).state == DISABLED


def test_the_latest_failures_are_kept_and_no_more() -> None:
    hook = HOOK
    for number in range(FAILURES_SHOWN + 3):
        hook = hook.note_failure(failed(NOW + number), 0.1)
    assert len(hook.failures) == FAILURES_SHOWN
    assert hook.failures[0].at == NOW + FAILURES_SHOWN + 2


def test_who_took_long_is_slow_until_an_answer_comes_soon() -> None:
    slow = HOOK.note_failure(failed(NOW), 10.0)
    assert slow.is_slow
    assert not slow.note_delivered(8, 0.2).is_slow


def test_who_takes_long_for_a_test_is_slow_too() -> None:
    slow = HOOK.note_test(WebhookTry(NOW, 0, "timeout"), 10.0)
    assert (slow.is_slow, slow.is_tested) == (True, False)
    assert not slow.note_test(WebhookTry(NOW, 0, "", 204), 0.2).is_slow


def test_pauses_grow_to_hours_and_are_spread() -> None:
    pauses = [compute_pause(tries, 0.0) for tries in range(1, 12)]
    assert pauses == sorted(pauses)
    assert pauses[-1] == BACKOFF_SECONDS[-1]
    assert compute_pause(1, 1.0) == BACKOFF_SECONDS[0] * (1 + MOST_JITTER)


def test_written_again_it_is_tried_anew() -> None:
    disabled = HOOK.note_failure(failed(NOW, "gone"), 0.1)
    again = disabled.lead_to("https://other.example.org", paused=False)
    assert (again.state, again.tries, again.failing_since) == (ACTIVE, 0, 0.0)
    assert again.url == "https://other.example.org"
    assert HOOK.lead_to(HOOK.url, paused=True).state == PAUSED


def test_a_replay_begins_with_its_entry_and_never_ahead() -> None:
    assert HOOK.replay_from(3, 7).delivered == 2
    assert HOOK.replay_from(1, 7).delivered == 0
    assert HOOK.replay_from(900, 7).delivered == 7
