"""Every variable notify reads."""

from chassis.settings import CommonSettings


class Settings(CommonSettings, frozen=True, kw_only=True):
    """`mail_dir`: mails are kept there as files. `public_url`: the gateway's."""

    enrollment_url: str
    mail_dir: str
    public_url: str
    mail_from: str = "biyong@biyong.example"
