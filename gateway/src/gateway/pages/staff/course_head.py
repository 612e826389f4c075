"""What stands above every page of a course that is edited: its name, state, sides."""

from dataclasses import dataclass

from contracts.http.drafts import DraftOut

from gateway.pages.formats import format_moment
from gateway.texts import N_
from gateway.texts.courses import STATES
from gateway.texts.language import gettext

SIDES = {
    "": N_("内容"),
    "publication": N_("发布"),
    "versions": N_("版本"),
}
"""The pages of a course by the last step of their address."""
UNRECORDED = N_("没有修改记录")
"""Who wrote a course last, and when, where it was before such records were."""


@dataclass(frozen=True)
class Side:
    """A page of the course."""

    path: str
    text: str
    is_current: bool


@dataclass(frozen=True)
class CourseHead:
    """The head of a course's pages; `edited` says who wrote it last, and when.

    `opening` is where a class of it is opened; empty while none can be.
    """

    id: str
    title: str
    state: str
    tone: str
    edition: int
    edited: str
    sides: list[Side]
    preview: str
    opening: str = ""


def view_head(draft: DraftOut, editor: str, side: str) -> CourseHead:
    """The head of a draft that `editor` wrote last; one of SIDES is open."""
    text, tone = STATES[state_of(draft)]
    return CourseHead(
        draft.id,
        draft.title,
        gettext(text),
        tone,
        draft.edition,
        _view_edit(draft.edited_at, editor),
        [
            Side(path_of(draft.id, last), gettext(name), last == side)
            for last, name in SIDES.items()
        ],
        f"/courses/{draft.id}",
        f"/staff/classes/new?course={draft.id}" if draft.state == "published" else "",
    )


def _view_edit(at: str, editor: str) -> str:
    if not at:
        return gettext(UNRECORDED)
    when, by = format_moment(at), gettext(N_("%(who)s 改于 %(when)s"))
    return by % {"who": editor, "when": when} if editor else when


def state_of(draft: DraftOut) -> str:
    """The state by its code, as STATES has them."""
    if draft.state == "published" and draft.has_unpublished_edits:
        return "changed"
    return draft.state


def path_of(course_id: str, side: str = "") -> str:
    """The address of a page of a course."""
    return f"/staff/courses/{course_id}" + (f"/{side}" if side else "")
