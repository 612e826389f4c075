"""Accounts: who may sign in, and as what."""

from dataclasses import dataclass, replace

from gateway.identity.login_names import plain_login as plain_login

TRAINEE, OFFICER, STAFF, OPERATOR = "trainee", "officer", "staff", "operator"
ROLES = (TRAINEE, OFFICER, STAFF, OPERATOR)
INVITED, ACTIVE, RESET, DISABLED = "invited", "active", "reset", "disabled"


@dataclass(frozen=True)
class Account:
    """`login` is a phone or a name; `person_id` and `branch_id` may be empty.

    `secret` is the argon2 hash, empty until the invitation is taken up. Of the
    invitation only the hash is kept, and until when (epoch seconds) it is good.
    `email` is where letters to a member of staff go; a person's is enrollment's to
    know. Login sessions that began in an earlier `epoch` are worth nothing. `code` is
    the pseudonym of an activation code that is good until `code_until`; the branch that
    printed it vouches for whoever used it. Who signed in by a one-time code has taken
    up the account, also without a password.
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
    email: str = ""
    is_disabled: bool = False
    epoch: int = 0
    is_reset: bool = False
    code: str = ""
    code_until: float = 0.0
    attested_by: str = ""
    is_taken_up: bool = False

    @property
    def state(self) -> str:
        """invited, active, reset or disabled.

        Who was reset is not invited: nobody but the college has a letter sent there.
        """
        if self.is_disabled:
            return DISABLED
        if self.secret or self.is_taken_up:
            return ACTIVE
        return RESET if self.is_reset else INVITED

    def with_first_password(self, secret: str) -> "Account":
        """The account with its first password; invitation and code are used up.

        Whoever followed a letter needs nobody to vouch.
        """
        return replace(
            self.without_sessions(),
            secret=secret,
            invitation="",
            invited_until=0.0,
            is_reset=False,
            code="",
            code_until=0.0,
            attested_by="",
        )

    def with_own_password(self, secret: str) -> "Account":
        """The account with another password, set by who is in it; letters and sheets
        that went out before open it no more."""
        return replace(
            self.without_sessions(),
            secret=secret,
            invitation="",
            invited_until=0.0,
            code="",
            code_until=0.0,
        )

    def as_taken_up(self) -> "Account":
        """The account of who came in by what is their own (a one-time code, a password
        of a directory): nobody needs to vouch, and what else would have opened it is
        void."""
        return replace(
            self,
            is_taken_up=True,
            invitation="",
            invited_until=0.0,
            code="",
            code_until=0.0,
            attested_by="",
        )

    def with_code(self, code: str, until: float, branch_id: str) -> "Account":
        """The account with a new activation code; the one before is void."""
        return replace(self, code=code, code_until=until, attested_by=branch_id)

    def as_activated(self, secret: str) -> "Account":
        """The account with the first password that its code allowed to set."""
        activated = self.with_first_password(secret)
        return replace(activated, attested_by=self.attested_by)

    def with_invitation_of(self, fresh: "Account") -> "Account":
        """The same account under the invitation of `fresh`, and what came with it."""
        return replace(
            self,
            invitation=fresh.invitation,
            invited_until=fresh.invited_until,
            name=fresh.name or self.name,
            branch_id=fresh.branch_id or self.branch_id,
            email=fresh.email or self.email,
        )

    def without_sessions(self) -> "Account":
        """The account whose login sessions that began until now are over."""
        return replace(self, epoch=self.epoch + 1)

    def as_disabled(self) -> "Account":
        """The account that signs in no more; its login sessions are over."""
        return replace(self.without_sessions(), is_disabled=True)

    def as_enabled(self) -> "Account":
        """The account that signs in again, with the password it had."""
        return replace(self, is_disabled=False)

    def with_reset_password(
        self, invitation: str, until: float, email: str
    ) -> "Account":
        """The account without a password; the link in a letter to `email` sets one."""
        return replace(
            self.without_sessions(),
            secret="",
            invitation=invitation,
            invited_until=until,
            email=email,
            is_reset=True,
            is_taken_up=False,
        )

    def with_role(self, role: str, branch_id: str) -> "Account":
        """The account with this role too; an officer acts for that branch now."""
        roles = tuple(
            known_role
            for known_role in ROLES
            if known_role == role or known_role in self.roles
        )
        branch = branch_id if role == OFFICER else self.branch_id
        return replace(self.without_sessions(), roles=roles, branch_id=branch)

    def without_role(self, role: str) -> "Account":
        """The account without this role."""
        roles = tuple(other_role for other_role in self.roles if other_role != role)
        branch = "" if role == OFFICER else self.branch_id
        return replace(self.without_sessions(), roles=roles, branch_id=branch)
