"""The gateway's parts that know of a directory, and how the settings open it."""

from dataclasses import dataclass
from typing import Any

from chassis.settings import SettingsError
from pymongo.database import Database

from gateway.api.directory import DirectoryRoutes
from gateway.identity.directory_entries import DirectoryEntries
from gateway.identity.directory_passwords import DirectoryBind, DirectoryPasswords
from gateway.identity.invite_people import InvitePeople
from gateway.identity.mark_directory_people import MarkDirectoryPeople
from gateway.identity_wiring import Identity
from gateway.settings import Settings

NEEDED = ("ldap_base", "ldap_reader", "ldap_reader_password")


@dataclass(frozen=True)
class DirectoryParts:
    """Who is from the directory, and the routes that note it."""

    entries: DirectoryEntries
    routes: DirectoryRoutes


def install_directory(
    settings: Settings,
    database: Database[dict[str, Any]],
    identity: Identity,
    people: InvitePeople,
) -> DirectoryParts:
    """The parts by the settings. Where these name a directory, it proves passwords, and
    nobody from it is invited to set one.

    Raises SettingsError.
    """
    entries, sign_in = DirectoryEntries(database), identity.sign_in
    directory = _open_directory(settings)
    if directory is not None:
        proofs = DirectoryPasswords(sign_in.passwords, entries, directory)
        sign_in.proofs = proofs
        identity.manage.require_own_password = proofs.require_own_password
        people.find_marked = entries.find_entries
    mark = MarkDirectoryPeople(sign_in.accounts, entries, sign_in.events)
    return DirectoryParts(entries, DirectoryRoutes(mark))


def _open_directory(settings: Settings) -> DirectoryBind | None:
    """The directory that proves passwords, or None.

    Only then is its library loaded. Raises SettingsError.
    """
    if not settings.ldap_url:
        return None
    from gateway.clients.directory_bind import EntrySearch, LdapBind
    from gateway.clients.directory_connection import DirectoryAddress

    missing = [name.upper() for name in NEEDED if not getattr(settings, name)]
    if missing:
        raise SettingsError(f"LDAP_URL needs {', '.join(missing)}")
    try:
        address = DirectoryAddress(settings.ldap_url, settings.ldap_ca_file)
    except (ValueError, OSError) as error:
        raise SettingsError(f"LDAP_URL or LDAP_CA_FILE: {error}") from error
    search = EntrySearch(
        settings.ldap_base,
        settings.ldap_attribute,
        settings.ldap_filter,
        settings.ldap_reader,
        settings.ldap_reader_password,
    )
    return LdapBind(address, search)
