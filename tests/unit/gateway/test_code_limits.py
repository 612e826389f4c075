"""One network cannot use up the day's messages, and a college behind one gets in."""

import pytest
from chassis.http.problem import Problem
from gateway.identity.account import TRAINEE
from gateway.identity.code_limits import (
    NEW_CONTACTS_A_DAY,
    OF_ONE_ACCOUNT,
    UNANSWERED_OF_ONE_NETWORK,
)
from gateway.identity.errors import CodeWrong, TooManyCodes
from gateway.identity.sign_in import Origin
from notify.settings import Settings

from tests.unit.gateway.identity import HERE, PASSWORD, Identity, an_account

MOST_ASKED = 90
"""From one address in a quarter of an hour, so that only the day's limit is met."""


def phone_of(number: int) -> str:
    return f"138{number:08}"


def here(number: int, network: str = "10.0.0") -> Origin:
    """Where the so-manieth stranger of a network is."""
    return Origin(f"{network}.{1 + number // MOST_ASKED}")


@pytest.fixture
def identity() -> Identity:
    """Four hundred people who sign in by a code for the first time."""
    accounts = [
        an_account(
            f"p{number}", TRAINEE, login=phone_of(number), person_id=f"p{number}",
            secret="",
        )
        for number in range(400)
    ]  # fmt: skip
    return Identity(*accounts)


def ask(identity: Identity, number: int, origin: Origin) -> str:
    return identity.code_parts.by_code.ask_code(phone_of(number), origin)


def use_up(identity: Identity) -> None:
    """Strangers of a network ask for codes for everybody, and answer none."""
    for number in range(UNANSWERED_OF_ONE_NETWORK):
        ask(identity, number, here(number))


def test_one_network_has_the_twentieth_part_of_what_may_be_sent_in_a_day() -> None:
    per_day = next(
        default
        for name, default in zip(
            reversed(Settings.__struct_fields__),
            reversed(Settings.__struct_defaults__),
            strict=False,
        )
        if name == "sms_per_day"
    )
    assert per_day == UNANSWERED_OF_ONE_NETWORK * 20


def test_so_many_codes_that_nobody_answers_go_out_for_a_network_in_a_day(
    identity: Identity,
) -> None:
    use_up(identity)
    sent = len(identity.notify.mails)
    with pytest.raises(TooManyCodes):
        ask(identity, 300, Origin("10.0.0.200"))
    with pytest.raises(TooManyCodes):
        identity.code_parts.by_code.ask_code("13900000000", Origin("10.0.0.201"))
    assert len(identity.notify.mails) == sent == UNANSWERED_OF_ONE_NETWORK
    ask(identity, 300, Origin("10.0.1.1"))


def test_a_wrong_answer_gives_nothing_back(identity: Identity) -> None:
    ticket = ask(identity, 0, HERE)
    with pytest.raises(CodeWrong):
        identity.code_parts.by_code.answer_code(ticket, "000000", HERE)
    assert sum(identity.by_day.counts.values()) == 1


def test_what_could_not_be_sent_does_not_count(identity: Identity) -> None:
    identity.notify.is_away = True
    with pytest.raises(Problem):
        ask(identity, 0, HERE)
    assert sum(identity.by_day.counts.values()) == 0


def test_who_asks_twice_and_answers_the_second_has_both_given_back(
    identity: Identity,
) -> None:
    by_code = identity.code_parts.by_code
    ticket = ask(identity, 0, HERE)
    login = str(identity.notify.mails[-1]["address"])
    assert by_code.ask_code(login, HERE, ticket) == ticket
    code = str(identity.notify.mails[-1]["words"]["code"])
    assert by_code.answer_code(ticket, code, HERE).account is not None
    assert sum(identity.by_day.counts.values()) == 0


def test_a_college_behind_one_address_signs_in_for_what_is_answered_does_not_count(
    identity: Identity,
) -> None:
    by_code = identity.code_parts.by_code
    for number in range(UNANSWERED_OF_ONE_NETWORK + 100):
        origin = here(number)
        ticket = ask(identity, number, origin)
        code = str(identity.notify.mails[-1]["words"]["code"])
        assert by_code.answer_code(ticket, code, origin).account is not None
    assert sum(identity.by_day.counts.values()) == 0


def test_a_device_that_signed_in_before_gets_codes_whatever_its_network_used_up(
    identity: Identity,
) -> None:
    known = identity.devices.remember_device("", "p7")
    use_up(identity)
    ask(identity, 7, Origin("10.0.0.99", known))


def test_who_is_signed_in_sends_so_many_codes_to_new_phones_in_a_day() -> None:
    identity = Identity(an_account("p1", TRAINEE, login=phone_of(1), person_id="p1"))
    visitor = identity.sign_in(phone_of(1), PASSWORD, HERE)
    changes = identity.code_parts.change_contacts
    for number in range(NEW_CONTACTS_A_DAY):
        if number % OF_ONE_ACCOUNT == 0:
            identity.tries.counts.clear()  # a quarter of an hour is over
        changes.ask_code(visitor, phone_of(100 + number), HERE)
    identity.tries.counts.clear()
    with pytest.raises(TooManyCodes):
        changes.ask_code(visitor, phone_of(200), HERE)
