"""`python -m catalog all|web|worker|relay|declare`."""

from catalog.app import run_service

run_service()
