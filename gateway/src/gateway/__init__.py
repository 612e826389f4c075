"""The only door: accounts, pages, and forwarding to the services."""
