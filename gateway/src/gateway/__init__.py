"""The gateway: accounts, pages, and the only way on to the services."""
