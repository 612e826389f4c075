"""Keys are made by who works with the platform, within the own rights, and revoked."""

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from gateway.api import request_visitor
from gateway.api.site import Site
from gateway.identity.api_keys import ApiKey, KeyVisitors
from gateway.identity.errors import (
    InvitationIllegal,
    RoleMissing,
    UnknownBranch,
)
from gateway.identity.key_errors import KeyScopeRefused, TooManyKeys, UnknownKey
from gateway.identity.key_scopes import READ_EVENTS, READ_ROSTERS, SEND_ROSTERS
from gateway.identity.manage_keys import MOST_KEYS, KeyRequest, ManageKeys
from gateway.identity.tokens import moment_in
from gateway.pages import errors, layout

from tests.unit.gateway.identity import (
    BRANCHES,
    OFFICER_ACCOUNT,
    OFFICER_ACTS,
    OPERATOR_ACTS,
    STAFF_ACTS,
    TRAINEE_ACTS,
    Identity,
)
from tests.unit.gateway.nobody import NobodySignedIn

ASKED = KeyRequest("会员系统", SEND_ROSTERS, 30)


class MemoryKeys:
    """API keys in memory."""

    def __init__(self) -> None:
        self.by_id: dict[str, ApiKey] = {}

    def create_key(self, made: ApiKey) -> str:
        self.by_id[made.id] = made
        return f"byk_{made.id}"

    def get(self, id_: str) -> ApiKey | None:
        return self.by_id.get(id_)

    def get_by_token(self, token: str) -> ApiKey | None:
        key = self.by_id.get(token.removeprefix("byk_"))
        return key if key and key.is_live(moment_in(0)) else None

    def find_by_account(self, account_id: str) -> list[ApiKey]:
        return [k for k in self.by_id.values() if k.account_id == account_id]

    def find_page(self, after: str, limit: int) -> tuple[list[ApiKey], str]:
        return list(self.by_id.values())[:limit], ""

    def revoke_key(self, id_: str) -> bool:
        key = self.by_id[id_]
        if key.revoked:
            return False
        self.by_id[id_] = replace(key, revoked=moment_in(0))
        return True


@pytest.fixture
def keys() -> MemoryKeys:
    return MemoryKeys()


@pytest.fixture
def identity() -> Identity:
    return Identity()


@pytest.fixture
def manage(keys: MemoryKeys, identity: Identity) -> ManageKeys:
    return ManageKeys(keys, BRANCHES.get, identity.events)  # type: ignore[arg-type]


def test_an_officers_key_is_for_the_own_branch(
    manage: ManageKeys, identity: Identity
) -> None:
    key, token = manage.create_key(OFFICER_ACTS, ASKED)
    assert key.branch_id == OFFICER_ACCOUNT.branch_id
    assert token.startswith("byk_")
    assert identity.events.rows[-1][0] == "key-created"
    assert token not in str(identity.events.rows)
    with pytest.raises(UnknownBranch):
        manage.create_key(OFFICER_ACTS, replace(ASKED, branch_id="elsewhere"))


def test_staff_name_any_branch_there_is_or_none(manage: ManageKeys) -> None:
    named = replace(ASKED, branch_id="dongcheng")
    assert manage.create_key(STAFF_ACTS, named)[0].branch_id == "dongcheng"
    assert manage.create_key(STAFF_ACTS, ASKED)[0].branch_id == ""
    with pytest.raises(UnknownBranch):
        manage.create_key(STAFF_ACTS, replace(ASKED, branch_id="nowhere"))


def test_nobody_makes_a_key_for_more_than_the_own_roles(manage: ManageKeys) -> None:
    with pytest.raises(RoleMissing):
        manage.create_key(TRAINEE_ACTS, ASKED)
    with pytest.raises(KeyScopeRefused):
        manage.create_key(OFFICER_ACTS, replace(ASKED, scope=READ_EVENTS))
    with pytest.raises(KeyScopeRefused):
        manage.create_key(STAFF_ACTS, replace(ASKED, scope="all-things"))
    for days in (0, 366):
        with pytest.raises(InvitationIllegal):
            manage.create_key(STAFF_ACTS, replace(ASKED, days=days))


def test_an_account_has_so_many_good_keys_and_no_more(manage: ManageKeys) -> None:
    made = [manage.create_key(STAFF_ACTS, ASKED)[0] for _ in range(MOST_KEYS)]
    with pytest.raises(TooManyKeys):
        manage.create_key(STAFF_ACTS, ASKED)
    manage.revoke_key(STAFF_ACTS, made[0].id)
    manage.create_key(STAFF_ACTS, ASKED)


def test_a_key_is_revoked_by_who_made_it_and_by_an_operator(
    manage: ManageKeys, identity: Identity
) -> None:
    key, _ = manage.create_key(OFFICER_ACTS, ASKED)
    for by in (STAFF_ACTS, OFFICER_ACTS):
        with pytest.raises(UnknownKey):
            manage.revoke_key(by, "nothing")
    with pytest.raises(UnknownKey):
        manage.revoke_key(STAFF_ACTS, key.id)
    with pytest.raises(RoleMissing):
        manage.find_all_keys(STAFF_ACTS, "", 10)
    assert [one.id for one in manage.find_all_keys(OPERATOR_ACTS, "", 10)[0]] == [
        key.id
    ]
    assert manage.revoke_key(OPERATOR_ACTS, key.id).revoked
    manage.revoke_key(OFFICER_ACTS, key.id)
    revoked = [e for e in identity.events.rows if e[0] == "key-revoked"]
    assert len(revoked) == 1


def ask(keys: MemoryKeys, token: str, path: str, **more: Any) -> tuple[int, str]:
    """Status and slug of what a bearer of a key is answered."""
    app = Flask("gateway", static_folder=None)
    accounts = {OFFICER_ACCOUNT.id: OFFICER_ACCOUNT}
    visitors = KeyVisitors(keys, accounts.get)  # type: ignore[arg-type]
    request_visitor.install_visitors(
        app, NobodySignedIn(), Site("http://localhost:80"), visitors
    )
    layout.install_layout(app, None)  # type: ignore[arg-type]
    errors.install_error_pages(app)
    app.add_url_rule("/api/<path:path>", view_func=lambda path: "fine")
    headers = {"Authorization": f"Bearer {token}"} | more
    answer = app.test_client().get(path, headers=headers)
    slug = answer.json["type"].rpartition("/")[2] if answer.is_json else ""
    return answer.status_code, slug


def test_a_program_is_known_by_its_key_and_kept_to_its_scope(
    keys: MemoryKeys, manage: ManageKeys
) -> None:
    asked = replace(ASKED, scope=READ_ROSTERS)
    key, token = manage.create_key(OFFICER_ACTS, asked)
    assert ask(keys, token, "/api/enrollment/branches") == (200, "")
    assert ask(keys, token, "/api/enrollment/people") == (403, "key-scope")
    assert ask(keys, "byk_other", "/api/session") == (401, "api-key-refused")
    manage.revoke_key(OFFICER_ACTS, key.id)
    assert ask(keys, token, "/api/enrollment/branches") == (401, "api-key-refused")
