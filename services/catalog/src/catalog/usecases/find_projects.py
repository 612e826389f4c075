"""Find training projects by words."""

from catalog.domain.outline import Project
from catalog.domain.words import words_asked, words_of
from catalog.usecases.ports import Outline


def find_projects(outline: Outline, query: str) -> list[Project]:
    """Projects with all words of a query, in order; all without one.

    There are some dozens at most, so they are looked through one by one.
    """
    asked = set(words_asked(query))
    if query.strip() and not asked:
        return []
    return [
        project
        for project in outline.find_projects()
        if asked <= set(words_of(project.name, project.form, project.summary))
    ]
