"""From the bus to the handlers: once each, in order per key."""
