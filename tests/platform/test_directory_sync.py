"""A real directory's branches and people come to a platform, and sign in there."""

import json
import signal
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from biyong.__main__ import app
from biyong.door import Door, Refused
from biyong.home import home_of
from typer.testing import CliRunner

from tests.parts import certificates, slapd
from tests.parts.slapd import Attributes, Directory
from tests.platform.running import Platform, running, until

pytestmark = pytest.mark.part("slapd")
PEOPLE = 230
"""More than two pages, and more than two batches."""
TREE = "ou=unions"
CONFIG = """
[server]
url = "{url}"
reader = "{reader}"
password_file = "reader"
ca_file = "{ca_file}"
page_size = 90

[branches]
base = "ou=unions,{base}"
name = ["description", "ou"]

[people]
base = "ou=unions,{base}"
filter = "(objectClass=inetOrgPerson)"

[limits]
missing_percent = 5
"""


def branch_of(number: int) -> str:
    return ("ou=ld-city", "ou=ld-east,ou=ld-city", "ou=ld-west,ou=ld-city")[number % 3]


def name_of(number: int) -> str:
    return f"cn=成员{number},{branch_of(number)},{TREE}"


def phone_of(number: int) -> str:
    return f"139{number:08d}"


def first_entries() -> Mapping[str, Attributes]:
    units = {
        "": slapd.a_unit("unions", "各级工会"),
        "ou=ld-city,": slapd.a_unit("ld-city", "目录市总工会"),
        "ou=ld-east,ou=ld-city,": slapd.a_unit("ld-east", "目录东区工会"),
        "ou=ld-west,ou=ld-city,": slapd.a_unit("ld-west", "目录西区工会"),
    }
    entries = {f"{place}{TREE}": unit for place, unit in units.items()}
    people = {
        name_of(n): slapd.a_person(
            f"L-{n}", "某某", phone_of(n), mail=f"l{n}@b.example"
        )
        for n in range(PEOPLE)
    }
    return {**entries, **people}


@dataclass
class Scene:
    """A directory, a platform that asks it, and the command between them."""

    directory: Directory
    platform: Platform
    config: Path

    def sync(self, *options: str, key: str = "") -> tuple[int, dict[str, Any], str]:
        """The exit code, the report, and what was said of faults."""
        command = ["directory", "sync", "--json", "--config", str(self.config)]
        done = CliRunner().invoke(
            app,
            [*command, *options],
            env={"BIYONG_HOME": str(self.platform.home), "BIYONG_KEY": key},
        )
        report = json.loads(done.stdout) if done.stdout else {}
        return done.exit_code, report, done.stderr

    def sign_in(self, number: int, password: str = "") -> dict[str, Any]:
        door = Door(self.platform.url)
        return door.sign_in(phone_of(number), password or f"password of L-{number}")

    def refusal(self, number: int, password: str = "") -> str:
        """Why somebody is not let in; empty if they are."""
        try:
            self.sign_in(number, password)
        except Refused as refused:
            return refused.slug
        return ""


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("directory")
    made = certificates.make(folder / "certificates")
    with slapd.running_directory(folder / "slapd", made) as directory:
        directory.add(first_entries())
        environ = {
            "LDAP_URL": directory.url,
            "LDAP_CA_FILE": str(made.authority),
            "LDAP_READER": slapd.READER,
            "LDAP_READER_PASSWORD": slapd.READER_PASSWORD,
            "LDAP_BASE": slapd.BASE,
        }
        (folder / "reader").write_text(slapd.READER_PASSWORD)
        config = folder / "sync.toml"
        config.write_text(
            CONFIG.format(
                url=directory.tls_url,
                reader=slapd.READER,
                ca_file=made.authority,
                base=slapd.BASE,
            )
        )
        with running(folder / "home", environ, demo=False) as platform:
            yield Scene(directory, platform, config)


@pytest.fixture(scope="module")
def synced(scene: Scene) -> Scene:
    """The scene after the first synchronisation, when accounts are there."""
    code, report, said = scene.sync()
    assert (code, said) == (0, "")
    assert report["done"]["counts"] == {"registered": PEOPLE}
    assert report["done"]["branches"] == ["ld-city", "ld-east", "ld-west"]
    assert report["done"]["marked"] == PEOPLE
    until(lambda: scene.refusal(PEOPLE - 1) == "", 60)
    return scene


def test_a_dry_run_says_what_would_be_and_changes_nothing(scene: Scene) -> None:
    code, report, _ = scene.sync("--dry-run")
    assert (code, report["dry_run"], report["nothing_to_do"]) == (0, True, False)
    assert report["branches"]["new"] == ["ld-city", "ld-east", "ld-west"]
    assert report["people"]["counts"] == {"in-new-branch": PEOPLE}
    assert scene.sync("--dry-run")[1] == report


def test_a_second_run_has_nothing_to_do(synced: Scene) -> None:
    code, report, _ = synced.sync()
    assert (code, report["nothing_to_do"]) == (0, True)
    assert report["people"]["counts"] == {"unchanged": PEOPLE}
    assert (report["missing"]["people"], report["done"]["counts"]) == ([], {})


def test_a_timer_has_a_key_that_opens_this_and_no_more(synced: Scene) -> None:
    home = home_of({"BIYONG_HOME": str(synced.platform.home)})
    door = Door(synced.platform.url)
    door.sign_in("operator", home.secret("operator"))
    body = {"name": "目录", "scope": "directory-sync", "days": 30}
    key = door.ask("POST", "keys", body=body)["token"]
    code, report, _ = synced.sync("--disable-missing", key=key)
    assert (code, report["nothing_to_do"]) == (0, True)
    door.token = key
    with pytest.raises(Refused):
        door.ask("GET", "accounts")


def test_people_sign_in_by_the_password_of_the_directory(synced: Scene) -> None:
    session = synced.sign_in(7)
    assert session["roles"] == ["trainee"]
    assert synced.refusal(7, "password of L-8") == "sign-in-refused"
    synced.directory.change(name_of(7), userPassword="another password")
    assert synced.refusal(7) == "sign-in-refused"
    assert synced.refusal(7, "another password") == ""


def test_nobody_from_the_directory_gets_a_letter(synced: Scene) -> None:
    with synced.platform.store() as store:
        assert store["gateway"]["accounts"].count_documents({}) > PEOPLE
        assert store["notify"]["mails"].count_documents({}) == 0


def test_what_changed_there_changes_here(synced: Scene) -> None:
    synced.directory.change(name_of(3), mobile="13700000003")
    synced.directory.change(name_of(4), mobile="no phone")
    code, report, _ = synced.sync()
    assert code == 1
    assert report["done"]["counts"] == {"changed": 1}
    rows = {row["member_no"]: row for row in report["people"]["rows"]}
    assert rows["L-3"]["fields"] == ["phone"]
    assert rows["L-4"]["reason"] == "phone-invalid"
    synced.directory.change(name_of(4), mobile=phone_of(4))
    assert synced.sync()[1]["nothing_to_do"]


def test_a_branch_is_renamed_and_moved_if_asked(synced: Scene) -> None:
    place = f"ou=ld-new,{TREE}"
    synced.directory.add({place: slapd.a_unit("ld-new", "新工会")})
    assert synced.sync()[1]["done"]["branches"] == ["ld-new"]
    synced.directory.remove(place)
    moved = f"ou=ld-new,ou=ld-city,{TREE}"
    synced.directory.add({moved: slapd.a_unit("ld-new", "改名的工会")})
    code, report, _ = synced.sync()
    assert (code, report["done"]["renamed"]) == (1, ["ld-new"])
    [elsewhere] = report["branches"]["moved"]
    assert elsewhere == {"id": "ld-new", "there": "ld-city", "here": ""}
    code, report, _ = synced.sync("--move-branches")
    assert (code, report["done"]["moved"]) == (0, ["ld-new"])
    assert synced.sync("--move-branches")[1]["nothing_to_do"]


def test_who_is_missing_is_reported_and_disabled_only_if_asked(synced: Scene) -> None:
    entry = slapd.a_person("L-5", "某某", phone_of(5))
    synced.directory.remove(name_of(5))
    code, report, _ = synced.sync()
    assert (code, report["nothing_to_do"]) == (0, True)
    [missing] = report["missing"]["people"]
    assert missing["memberships"] == ["ld-west:L-5"]
    assert synced.refusal(5) == "sign-in-refused"
    code, report, _ = synced.sync("--disable-missing")
    assert (code, report["done"]["disabled"]) == (0, [missing["person_id"]])
    synced.directory.add({name_of(5): entry})
    assert synced.refusal(5) == "account-disabled"
    assert synced.sync("--disable-missing")[1]["nothing_to_do"]


def test_when_many_vanish_nothing_is_written(synced: Scene) -> None:
    gone = range(20, 60)
    synced.directory.remove(*(name_of(n) for n in gone))
    synced.directory.change(name_of(9), mobile="13700000009")
    code, _, said = synced.sync("--disable-missing")
    assert code == 4
    assert "17.5 %" in said
    assert synced.sync("--dry-run")[1]["people"]["counts"]["changed"] == 1
    synced.directory.add({n: e for n, e in first_entries().items() if n in {
        name_of(number) for number in gone
    }})  # fmt: skip
    assert synced.refusal(30) == ""


def test_a_directory_that_is_away_changes_nothing_and_keeps_nobody_else_out(
    synced: Scene,
) -> None:
    home = home_of({"BIYONG_HOME": str(synced.platform.home)})

    def sign_in_operator() -> float:
        began = time.monotonic()
        Door(synced.platform.url).sign_in("operator", home.secret("operator"))
        return time.monotonic() - began

    usual = sign_in_operator()
    synced.directory.processes.signal(signal.SIGSTOP)
    try:
        began = time.monotonic()
        assert synced.refusal(8) == "directory-away"
        assert time.monotonic() - began < 2 + usual
        assert sign_in_operator() < 1 + usual
    finally:
        synced.directory.processes.signal(signal.SIGCONT)
    until(lambda: synced.refusal(8) == "", 20)
