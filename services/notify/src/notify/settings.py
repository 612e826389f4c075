"""Every variable notify reads."""

from chassis.settings import CommonSettings


class Settings(CommonSettings, frozen=True, kw_only=True):
    """`smtp_url`: the server that mails leave by; empty keeps them as files instead,
    in `mail_dir`. `public_url`: the gateway's. `mail_from`: ADDRESS or NAME <ADDRESS>.
    """

    smtp_url: str = ""
    mail_dir: str = ""
    public_url: str
    mail_from: str = "biyong@biyong.example"
