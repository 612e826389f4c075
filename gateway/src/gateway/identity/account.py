"""Accounts: who may sign in, and as what."""

from dataclasses import dataclass, replace

from gateway.identity.errors import WeakPassword

TRAINEE, OFFICER, STAFF, OPERATOR = "trainee", "officer", "staff", "operator"
ROLES = (TRAINEE, OFFICER, STAFF, OPERATOR)
SHORTEST = 8


@dataclass(frozen=True)
class Account:
    """`login` is a phone or a name; `person_id` and `branch_id` may be empty.

    `secret` is the argon2 hash, empty until the invitation is taken up. Of the
    invitation only the hash is kept, and until when (epoch seconds) it is good.
    """

    id: str
    login: str
    name: str
    roles: tuple[str, ...]
    person_id: str = ""
    branch_id: str = ""
    secret: str = ""
    invitation: str = ""
    invited_until: float = 0.0

    def accept(self, secret: str) -> "Account":
        """The invitation is used up and the password set."""
        return replace(self, secret=secret, invitation="", invited_until=0.0)


def check_password(password: str, login: str) -> None:
    """Refuse what is guessed first. Raises WeakPassword."""
    if len(password) < SHORTEST or len(password) > 200:
        raise WeakPassword(f"密码至少 {SHORTEST} 个字符：请换一个长一些的")
    if len(set(password)) < 4 or (login and login in password.lower()):
        raise WeakPassword("密码太容易猜到：请不要用重复的字符或登录名")


def plain_login(said: str) -> str:
    """Logins are compared without case and outer space."""
    return said.strip().lower()
