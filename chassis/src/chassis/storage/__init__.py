"""How every service keeps state and events in one write."""
