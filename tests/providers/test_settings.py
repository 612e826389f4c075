"""The settings file of providers: what is read, and what is refused by name."""

import json
from pathlib import Path
from typing import Any

import pytest
from chassis.settings import SettingsError
from gateway.clients.providers.build_providers import build_providers
from gateway.identity.providers.settings import load_providers

LABEL = {"zh": "统一登录", "en": "One account"}
OIDC: dict[str, Any] = {
    "name": "college",
    "label": LABEL,
    "issuer": "https://id.example",
    "client_id": "biyong",
    "client_secret_file": "/nowhere/secret",
}


def written(**changed: Any) -> str:
    merged = {**OIDC, **changed}
    return json.dumps([{k: v for k, v in merged.items() if v is not None}])


def test_without_a_file_there_is_no_provider() -> None:
    assert load_providers("") == []


def test_a_provider_is_read_with_what_goes_without_saying() -> None:
    [read] = load_providers(written())
    assert (read.kind, read.match, read.scope) == (
        "oidc", ("phone",), "openid profile phone",
    )  # fmt: skip
    assert read.label_in("en") == "One account"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"issuer": None}, "issuer is missing"),
        ({"issuer": "http://id.example"}, "https"),
        ({"issuer": "id.example"}, "https"),
        ({"name": "With Blank"}, "name"),
        ({"kind": "saml"}, "kind"),
        ({"secret": "in the open"}, "secret"),
        ({"match": []}, "match"),
        ({"match": ["name"]}, "match"),
        ({"match": ["member-number"], "branch": "b"}, "claims.member_number"),
        (
            {"match": ["member-number"], "claims": {"member_number": "n"}},
            "without branch",
        ),
        ({"kind": "wecom", "issuer": None}, "agent_id"),
        ({"kind": "dingtalk"}, "issuer is for kind oidc"),
        (
            {"kind": "dingtalk", "issuer": None, "match": ["member-number"]},
            "match by phone",
        ),
    ],
)
def test_what_is_wrong_is_named(changed: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        load_providers(written(**changed))


@pytest.mark.parametrize("text", ["{", "{}", "[1]"])
def test_what_is_no_list_of_providers_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match="OIDC_PROVIDERS"):
        load_providers(text)


def test_two_of_one_name_are_refused() -> None:
    with pytest.raises(SettingsError, match="same name"):
        load_providers(json.dumps([OIDC, OIDC]))


def test_a_secret_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="client_secret_file"):
        build_providers(written())
    file = tmp_path / "secret"
    file.write_text("s3\n", encoding="utf-8")
    assert set(build_providers(written(client_secret_file=str(file)))) == {"college"}
