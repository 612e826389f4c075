"""`python -m media all|web|worker|relay|declare`."""

from media.app import run

run()
