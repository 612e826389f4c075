"""Fixtures of the tests of files and of what is made of them."""

from tests.media.lectures import lectures

__all__ = ["lectures"]
