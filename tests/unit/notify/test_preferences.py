"""What people may choose about being told, and what is refused at its field."""

from dataclasses import replace

import pytest
from notify.domain.errors import ChannelMissing, PreferencesRefused
from notify.domain.preferences import Preferences, check_telling
from notify.usecases.choose_telling import ChooseTelling
from notify.usecases.find_preferences import FindPreferences

from tests.unit.notify.fakes import FakeDeleted, FakeGroups, FakePreferred

USUAL = Preferences("p1")
BOTH = ["mail", "sms"]


@pytest.mark.parametrize(
    ("chosen", "field", "code"),
    [
        ({"quiet_from": "25:00", "quiet_until": "07:00"}, "quiet_from", "not-a-time"),
        ({"quiet_from": "7:00", "quiet_until": "08:00"}, "quiet_from", "not-a-time"),
        ({"quiet_from": "22:00"}, "quiet_until", "quiet-half"),
        ({"quiet_until": "22:00"}, "quiet_from", "quiet-half"),
        (
            {"quiet_from": "22:00", "quiet_until": "22:00"},
            "quiet_until",
            "quiet-never-ends",
        ),
        ({"digest_at": ""}, "digest_at", "not-a-time"),
        ({"zone": "Mars/Olympus"}, "zone", "unknown-zone"),
        ({"zone": "../../etc/passwd"}, "zone", "unknown-zone"),
        ({"zone": ""}, "zone", "unknown-zone"),
        ({"ways": {"nothing": "mail"}}, "ways", "unknown-way"),
        ({"ways": {"reminder": "pigeon"}}, "ways", "unknown-way"),
        ({"ways": {"hours-credited": "sms"}}, "ways", "unknown-way"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    chosen: dict[str, object], field: str, code: str
) -> None:
    preferred = FakePreferred()
    choose = ChooseTelling(preferred, FakeDeleted(), BOTH)
    with pytest.raises(PreferencesRefused) as raised:
        choose(replace(USUAL, **chosen))  # type: ignore[arg-type]
    assert raised.value.members["errors"] == [{"pointer": f"/{field}", "code": code}]
    assert not preferred.rows


def test_a_way_that_is_not_to_be_had_is_refused() -> None:
    with pytest.raises(ChannelMissing):
        check_telling(replace(USUAL, ways={"reminder": "both"}), ["mail"])
    check_telling(replace(USUAL, ways={"reminder": "both"}), BOTH)


def test_of_who_is_deleted_nothing_is_stored() -> None:
    preferred = FakePreferred()
    ChooseTelling(preferred, FakeDeleted({"p1"}), BOTH)(USUAL)
    assert not preferred.rows


def test_the_language_stays_when_the_rest_is_chosen() -> None:
    english = replace(USUAL, language="en")
    changed = english.choose_telling(replace(USUAL, quiet_from="22:00"))
    assert changed is not None
    assert (changed[0].language, changed[0].quiet_from) == ("en", "22:00")
    assert english.choose_telling(USUAL) is None


def test_another_record_of_the_same_human_has_the_same_preferences() -> None:
    chosen = replace(USUAL, ways={"reminder": "site"}, language="en")
    find = FindPreferences(FakePreferred({"p1": chosen}), FakeGroups(p2="p1"))
    assert find(["p2"])["p2"].ways == {"reminder": "site"}
    assert find(["p3"])["p3"] == Preferences("p3")
