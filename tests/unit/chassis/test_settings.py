"""The environment, read once."""

from pathlib import Path

import msgspec
import pytest
from chassis.settings import (
    CommonSettings,
    SettingsError,
    find_misspelt,
    load_settings,
)

GOOD = {
    "PORT": "8001",
    "MONGO_URL": "mongodb://127.0.0.1/x",
    "BUS_URL": "sqlite:///bus",
    "CATALOG_URL": "http://catalog",
    "ENROLLMENT_URL": "http://enrollment",
    "MEDIA_URL": "http://media",
    "LEARNING_URL": "http://learning",
    "NOTIFY_URL": "http://notify",
    "KEYS_FILE": "keys.json",
    "KEY_FILE": "key.json",
}


class Flags(msgspec.Struct, frozen=True, kw_only=True):
    """Settings of every kind."""

    name: str
    count: int
    share: float = 0.5
    loud: bool = False


def test_variables_are_read_with_their_types_and_defaults() -> None:
    settings = load_settings(CommonSettings, GOOD)
    assert (settings.port, settings.host, settings.threads) == (8001, "127.0.0.1", 8)


def test_all_missing_names_stand_in_one_message() -> None:
    with pytest.raises(SettingsError) as raised:
        load_settings(CommonSettings, {})
    for name in GOOD:
        assert f"{name} is missing" in str(raised.value)


def test_missing_and_unreadable_names_stand_together() -> None:
    with pytest.raises(SettingsError) as raised:
        load_settings(CommonSettings, {"PORT": "eighty", "THREADS": "many"})
    for name in ("PORT", "THREADS", "MONGO_URL", "KEY_FILE"):
        assert name in str(raised.value)


def test_a_message_does_not_show_what_a_variable_holds() -> None:
    with pytest.raises(SettingsError) as raised:
        load_settings(CommonSettings, GOOD | {"PORT": "s3cret"})
    assert "s3cret" not in str(raised.value)


@pytest.mark.parametrize("count", ["", " ", "1.5", "0x10", "1e3x", "一"])
def test_what_is_no_number_is_refused(count: str) -> None:
    with pytest.raises(SettingsError, match="COUNT"):
        load_settings(Flags, {"NAME": "x", "COUNT": count})


def test_text_that_looks_like_a_number_stays_text() -> None:
    assert load_settings(Flags, {"NAME": "007", "COUNT": "7"}).name == "007"


def test_other_variables_of_the_environment_are_no_concern() -> None:
    environ = {"NAME": "x", "COUNT": "1", "PATH": "/bin", "name": "y"}
    assert load_settings(Flags, environ).name == "x"


@pytest.mark.parametrize(
    "written", ["METRIC_TOKEN", "METRICS_TOKEN_FIL", "METRCS_TOKEN"]
)
def test_a_variable_that_nobody_reads_is_told_with_the_one_that_is_meant(
    written: str,
) -> None:
    [meant] = find_misspelt(CommonSettings, {written: "x", "PORT": "1"}).values()
    assert meant.startswith("METRICS_TOKEN")


def test_what_is_right_or_of_others_is_not_taken_for_misspelt() -> None:
    environ = {"METRICS_TOKEN": "x", "KEY_FILE": "a", "KEYS_FILE": "b", "SMS_URL": "c"}
    assert find_misspelt(CommonSettings, environ) == {}


def test_settings_are_never_changed_afterwards() -> None:
    settings = load_settings(Flags, {"NAME": "x", "COUNT": "1", "LOUD": "true"})
    assert settings.loud
    with pytest.raises(AttributeError):
        settings.count = 2  # type: ignore[misc]


class Secret(msgspec.Struct, frozen=True):
    password: str


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("geheim\n", encoding="utf-8")
    environ = {"PASSWORD_FILE": str(tmp_path / "password")}
    assert load_settings(Secret, environ) == Secret("geheim")
    assert load_settings(Secret, {**environ, "PASSWORD": "own"}) == Secret("own")


def test_a_file_that_cannot_be_read_is_named() -> None:
    with pytest.raises(SettingsError, match="PASSWORD_FILE: /nowhere/at/all"):
        load_settings(Secret, {"PASSWORD_FILE": "/nowhere/at/all"})
