"""`python -m gateway all|web|worker|relay|declare`."""

from gateway.app import run_service

run_service()
