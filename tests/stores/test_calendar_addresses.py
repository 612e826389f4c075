"""Addresses of calendar feeds, on every engine."""

from dataclasses import replace

import pytest
from gateway.identity import calendar_addresses
from gateway.identity.account import TRAINEE, Account
from gateway.identity.calendar_addresses import CalendarAddresses
from gateway.identity.errors import TooManyFeedReads
from gateway.identity.pseudonyms import Pseudonyms
from gateway.identity.tries import Tries

from tests.engines import Kept

WANG = Account("wang", "w", "王", (TRAINEE,), "p1", secret="s")
LI = Account("li", "l", "李", (TRAINEE,), "p2", secret="s")
PLACE = "192.0.2.1"


class World:
    """Two accounts and their addresses."""

    def __init__(self, kept: Kept) -> None:
        database = kept.database("gateway")
        self.accounts = {one.id: one for one in (WANG, LI)}
        tries = Tries(database)
        names = Pseudonyms(b"k" * 32)
        self.addresses = CalendarAddresses(database, self.accounts.get, tries, names)
        self.addresses.create_indexes()
        self.forgotten = self.addresses.forgotten

    def reader(self, token: str) -> Account | None:
        return self.addresses.get_reader(token, PLACE)


@pytest.fixture
def world(kept: Kept) -> World:
    return World(kept)


def test_a_token_opens_its_owners_calendar_and_is_stored_as_a_hash(
    world: World,
) -> None:
    token = world.addresses.replace_token(WANG)
    other = world.addresses.replace_token(LI)
    assert world.reader(token) == WANG
    assert world.reader(other) == LI
    assert token not in str(list(world.addresses.rows.find({})))
    assert world.addresses.has_address("wang")


def test_a_replaced_token_is_worth_nothing(world: World) -> None:
    before = world.addresses.replace_token(WANG)
    after = world.addresses.replace_token(WANG)
    assert world.reader(before) is None
    assert world.reader(after) == WANG
    world.addresses.delete_address("wang")
    assert world.reader(after) is None
    assert not world.addresses.has_address("wang")


def test_a_disabled_or_deleted_account_has_no_calendar(world: World) -> None:
    token = world.addresses.replace_token(WANG)
    world.accounts["wang"] = replace(WANG, is_disabled=True)
    assert world.reader(token) is None
    del world.accounts["wang"]
    assert world.reader(token) is None


def test_who_is_being_deleted_gets_no_address_that_stays(world: World) -> None:
    world.forgotten.begin_person("p1")
    token = world.addresses.replace_token(WANG)
    assert world.reader(token) is None
    assert not world.addresses.has_address("wang")


@pytest.mark.parametrize("token", ["", "x" * 10_000, "../x", "'; drop", "\u2028"])
def test_what_is_no_token_opens_nothing(token: str, world: World) -> None:
    world.addresses.replace_token(WANG)
    assert world.reader(token) is None


def test_reading_too_often_and_guessing_are_refused(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calendar_addresses, "READS_OF_ONE", 2)
    monkeypatch.setattr(calendar_addresses, "MISSES_OF_ONE_PLACE", 2)
    token, other = (world.addresses.replace_token(one) for one in (WANG, LI))
    for _ in range(2):
        assert world.reader(token) == WANG
        assert world.reader("guessed") is None
    for refused in (token, "guessed again"):
        with pytest.raises(TooManyFeedReads) as why:
            world.reader(refused)
        assert why.value.retry_after > 0
    assert world.reader(other) == LI
