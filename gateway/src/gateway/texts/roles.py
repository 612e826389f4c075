"""What people call the roles of accounts, and who else may call."""

from gateway.texts import N_

ROLES = {
    "trainee": N_("学员"),
    "officer": N_("单位干部"),
    "staff": N_("教务"),
    "operator": N_("运维"),
    "visitor": N_("访客"),
}
