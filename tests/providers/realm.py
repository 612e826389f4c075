"""A realm at Keycloak that knows the gate, and people in it."""

from dataclasses import dataclass

from tests.parts.keycloak import Keycloak

REALM, CLIENT, SECRET = "college", "biyong", "the-secret"
PASSWORD = "secret of a user 1"
MEMBER_NUMBER = {
    "name": "member number",
    "protocol": "openid-connect",
    "protocolMapper": "oidc-usermodel-attribute-mapper",
    "config": {
        "user.attribute": "memberNumber",
        "claim.name": "member_number",
        "jsonType.label": "String",
        "id.token.claim": "true",
    },
}
ROTATED = {
    "name": "next key",
    "providerId": "rsa-generated",
    "providerType": "org.keycloak.keys.KeyProvider",
    "config": {"priority": ["200"], "algorithm": ["RS256"]},
}


@dataclass
class Realm:
    """A realm of a running Keycloak, for a gate at this address."""

    keycloak: Keycloak
    gate_url: str

    @property
    def issuer(self) -> str:
        return f"{self.keycloak.url}/realms/{REALM}"

    def create(self) -> None:
        """The realm, with one client that must use PKCE and is told of sign-outs."""
        back_channel = f"{self.gate_url}/api/providers/college/logout"
        client = {
            "clientId": CLIENT,
            "secret": SECRET,
            "redirectUris": [f"{self.gate_url}/*"],
            "protocolMappers": [MEMBER_NUMBER],
            "attributes": {
                "pkce.code.challenge.method": "S256",
                "backchannel.logout.url": back_channel,
                "backchannel.logout.session.required": "true",
                "post.logout.redirect.uris": f"{self.gate_url}/*",
            },
        }
        realm = {
            "realm": REALM, "enabled": True, "sslRequired": "none",
            "clients": [client],
        }  # fmt: skip
        self.keycloak.admin("POST", "", realm)
        profile = self.keycloak.admin("GET", f"/{REALM}/users/profile")
        profile["unmanagedAttributePolicy"] = "ENABLED"
        self.keycloak.admin("PUT", f"/{REALM}/users/profile", profile)

    def add_user(self, name: str, **attributes: str) -> str:
        """A user's id; what is told of them besides the name."""
        user = {
            "username": name,
            "enabled": True,
            "email": f"{name}@b.example",
            "emailVerified": True,
            "firstName": "明",
            "lastName": "王",
            "attributes": {key: [value] for key, value in attributes.items()},
            "credentials": [
                {"type": "password", "value": PASSWORD, "temporary": False}
            ],
        }
        self.keycloak.admin("POST", f"/{REALM}/users", user)
        [found] = self.keycloak.admin("GET", f"/{REALM}/users?username={name}")
        return str(found["id"])

    def rotate_key(self) -> None:
        """Tokens are signed by a new key from now on."""
        self.keycloak.admin("POST", f"/{REALM}/components", ROTATED)

    def count_sessions(self, user_id: str) -> int:
        return len(self.keycloak.admin("GET", f"/{REALM}/users/{user_id}/sessions"))

    def end_sessions(self, user_id: str) -> None:
        self.keycloak.admin("POST", f"/{REALM}/users/{user_id}/logout")
