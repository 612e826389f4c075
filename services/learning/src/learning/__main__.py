"""`python -m learning all|web|worker|relay|declare`."""

from learning.app import run_service

run_service()
