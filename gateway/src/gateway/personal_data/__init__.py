"""A person's own data: collected from all services, handed out, deleted."""
