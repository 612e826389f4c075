"""The one-machine stand-ins: document store, event bus and supervisor."""
