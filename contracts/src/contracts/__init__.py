"""What we promise each other: the schema and a golden example of every event."""

from importlib.resources import files

from contracts.book import BRANCH, Book
from contracts.upcasting import STEPS

__all__ = ["BRANCH", "OURS", "Book"]

OURS = Book(files(__name__), STEPS)
"""The platform's own promises; the functions of this module ask them."""

all_types = OURS.all_types
schema = OURS.schema
example = OURS.example
validator = OURS.validator
hearers = OURS.hearers
sayer = OURS.sayer
heard_by = OURS.heard_by
