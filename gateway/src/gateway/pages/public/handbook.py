"""The handbook: one page for each kind of user."""

from collections.abc import Iterator
from dataclasses import dataclass

from chassis.http.problem import NOTHING_HERE, Problem
from chassis.http.routing import Routes, get
from flask import Response

from gateway.pages.rendering import render_page
from gateway.pages.shared_pages import for_everybody
from gateway.static_files import static_path
from gateway.texts.handbook import HANDBOOKS
from gateway.texts.handbook_task import HandbookTask
from gateway.texts.language import gettext, page_language


@dataclass(frozen=True)
class TaskShown:
    """A task as it is read; `path` leads to where it begins, if that is one place."""

    title: str
    steps: list[str]
    path: str
    picture: str


class HandbookPages(Routes):
    """What every page's footer leads to."""

    name = "handbook"

    @get("/handbook")
    @for_everybody
    def list_handbooks(self) -> Response:
        titles = {key: gettext(book.title) for key, book in HANDBOOKS.items()}
        return render_page("public/handbook/list.html", titles=titles)

    @get("/handbook/<reader>")
    @for_everybody
    def show_handbook(self, reader: str) -> Response:
        """What this kind of user can do. Raises Problem 404 for one there is not."""
        book = HANDBOOKS.get(reader)
        if book is None:
            raise Problem(404, "not-found", NOTHING_HERE)
        return render_page(
            "public/handbook/show.html",
            title=gettext(book.title),
            tasks=list(_view_tasks(book.tasks)),
        )


def _view_tasks(tasks: tuple[HandbookTask, ...]) -> Iterator[TaskShown]:
    for task in tasks:
        words = [gettext(control.text) for control in task.controls]
        page = task.controls[0].page if task.controls else ""
        yield TaskShown(
            gettext(task.title),
            [gettext(step).format(*words) for step in task.steps],
            "" if "{" in page else page,
            _find_picture(task.picture),
        )


def _find_picture(name: str) -> str:
    """The address of a picture in the language of the page; empty for none."""
    return static_path(f"handbook/{name}.{page_language()}.webp") if name else ""
