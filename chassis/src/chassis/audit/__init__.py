"""The audit log: who did what to people, accounts and rights, in a chain."""
