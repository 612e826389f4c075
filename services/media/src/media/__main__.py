"""`python -m media all|web|worker|relay|declare`."""

from media.app import run_service

run_service()
