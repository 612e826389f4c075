"""Every variable the gateway reads."""

from typing import Annotated, Literal

import msgspec
from chassis.settings import CommonSettings


class Settings(CommonSettings, frozen=True, kw_only=True):
    """`operator_password` opens the first account, `operator`, on an empty store.

    `consent_version` is asked for on every trainee's pages until it is agreed to; a new
    one is asked for again, none switches the question off. `deletion_days` are those in
    which a person may change their mind.
    `public_url` says what the site is called and whether it stands behind TLS;
    `allowed_hosts` are further names, each with its port, that it may be asked by.
    `message_tray`: mails go to files, and pages lead to where they can be read.
    `oidc_providers` are the providers that people may sign in by, as JSON; mostly it is
    OIDC_PROVIDERS_FILE that names a file of it.
    `ldap_url`, ldap[s]://HOST[:PORT], names the directory that proves the passwords of
    those who came from it; empty is none. Its certificate is checked by `ldap_ca_file`,
    or by the system's authorities. `ldap_reader` binds by `ldap_reader_password` and
    finds entries below `ldap_base` by `ldap_attribute`, among those of `ldap_filter`.
    `amqp_management_url`, http[s]://ADMINISTRATOR:PASSWORD@HOST:PORT[?ca=FILE], is
    RabbitMQ's management interface, by which branches get accounts; without it they are
    made by command.
    `second_factor` says who must have one; whoever has one is asked for it anyhow.
    """

    ldap_url: str = ""
    ldap_ca_file: str = ""
    ldap_reader: str = ""
    ldap_reader_password: str = ""
    ldap_base: str = ""
    ldap_attribute: str = "employeeNumber"
    ldap_filter: str = "(objectClass=person)"
    amqp_management_url: str = ""
    public_url: str
    allowed_hosts: str = ""
    operator_password: str
    message_tray: bool = False
    oidc_providers: str = ""
    second_factor: Literal["off", "staff-and-operators"] = "off"
    consent_version: str = "2026-11"
    deletion_days: Annotated[float, msgspec.Meta(ge=0)] = 7.0
