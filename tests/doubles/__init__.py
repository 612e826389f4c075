"""Doubles of our own ports: a bus in memory, and faults for it."""
