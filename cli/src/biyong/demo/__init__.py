"""The demo: a small college put in through the public doors."""
