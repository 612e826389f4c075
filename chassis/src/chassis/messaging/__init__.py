"""How every service says and hears events."""
