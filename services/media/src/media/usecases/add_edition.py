"""Give a lecture its next edition."""

from dataclasses import replace

from media.domain.lecture import Edition
from media.usecases.ports import Editions


def add_edition(editions: Editions, new: Edition) -> Edition:
    """The edition under the next number of its lecture, whatever number it brings.

    A source becomes an edition once: the one that is there comes back. Whoever takes
    the same number at the same time gets the next.
    """
    while True:
        there = editions.find_by_lecture(new.lecture_id)
        for edition in there:
            if edition.source == new.source:
                return edition
        number = there[-1].number + 1 if there else 1
        numbered = replace(new, number=number)
        if editions.create(numbered, numbered.creation_events()):
            return numbered
