"""Every variable notify reads."""

from typing import Annotated

import msgspec
from chassis.settings import CommonSettings


class Settings(CommonSettings, frozen=True, kw_only=True):
    """`smtp_url`: the server that mails leave by; empty keeps them as files instead,
    in `mail_dir`. `public_url`: the gateway's. `mail_from`: ADDRESS or NAME <ADDRESS>.
    `sms_url`: the provider that short messages are handed to, under `sms_key` (docs/
    sms.md), its certificate by `sms_ca` if it is of an authority of your own; empty
    lays them beside the mails if those are files, else there are none.
    `sms_per_person` and `sms_per_day` go out in a day at most, to one phone and in all.
    """

    smtp_url: str = ""
    mail_dir: str = ""
    public_url: str
    mail_from: str = "biyong@biyong.example"
    sms_url: str = ""
    sms_key: str = ""
    sms_ca: str = ""
    sms_per_person: Annotated[int, msgspec.Meta(ge=1)] = 20
    sms_per_day: Annotated[int, msgspec.Meta(ge=1)] = 5000
