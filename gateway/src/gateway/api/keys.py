"""/api/keys: keys of programs."""

from chassis.http.auth import allow_everyone
from chassis.http.cursors import dump_cursor, load_cursor
from chassis.http.routing import Routes, delete, get, post
from contracts.http.keys import KeyIn, KeyOut, KeysQuery, NewKeyOut
from contracts.http.shape import Page

from gateway.api.request_visitor import require_actor
from gateway.identity.api_keys import ApiKey
from gateway.identity.manage_keys import KeyRequest, ManageKeys


class KeyRoutes(Routes):
    """Routes for API keys. `ManageKeys` decides who may do what."""

    name = "api_keys"

    def __init__(self, manage: ManageKeys) -> None:
        self.manage = manage

    @get("/api/keys")
    @allow_everyone
    def list_keys(self, asked: KeysQuery) -> Page[KeyOut]:
        """The keys that the caller made, or everybody's for an operator."""
        by = require_actor()
        if not asked.all:
            return Page(items=[_to_key_out(key) for key in self.manage.find_keys(by)])
        behind = load_cursor(asked.after, parts=1)
        after = behind[0] if behind else ""
        keys, more = self.manage.find_all_keys(by, after, asked.limit)
        return Page(
            items=[_to_key_out(key) for key in keys],
            next=dump_cursor((more,)) if more else "",
        )

    @post("/api/keys", status=201)
    @allow_everyone
    def create_key(self, asked: KeyIn) -> NewKeyOut:
        """A key is made; its token is answered this once."""
        request = KeyRequest(asked.name, asked.scope, asked.days, asked.branch_id)
        key, token = self.manage.create_key(require_actor(), request)
        return NewKeyOut.of(key, account=key.account_id, token=token)

    @delete("/api/keys/<key_id>")
    @allow_everyone
    def revoke_key(self, key_id: str) -> KeyOut:
        """A key is worth nothing from now on."""
        return _to_key_out(self.manage.revoke_key(require_actor(), key_id))


def _to_key_out(key: ApiKey) -> KeyOut:
    return KeyOut.of(key, account=key.account_id)
