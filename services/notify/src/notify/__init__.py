"""Telling people what happened to them, each thing once."""
