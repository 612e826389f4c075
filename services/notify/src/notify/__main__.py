"""`python -m notify all|web|worker|relay|declare`."""

from notify.app import run_service

run_service()
