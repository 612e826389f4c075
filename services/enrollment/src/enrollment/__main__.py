"""`python -m enrollment all|web|worker|relay|declare`."""

from enrollment.app import run_service

run_service()
