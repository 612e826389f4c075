"""The record: completion, hours and certificates."""
