"""What is missing before a course is published, and what changed between versions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from contracts.http.catalog import ContentOut
from contracts.http.drafts import (
    ComparisonOut,
    EditionLine,
    LessonChangeOut,
    PublishabilityOut,
    ShortcomingOut,
)

from gateway.pages.formats import format_moment
from gateway.pages.staff.course_head import path_of
from gateway.texts import N_
from gateway.texts.courses import FIELDS, KINDS, LANGUAGES, LESSON_FIELDS, SHORTCOMINGS
from gateway.texts.language import gettext


@dataclass(frozen=True)
class ShownShortcoming:
    """Something that lacks: a sentence, and where it is mended."""

    text: str
    path: str
    is_blocking: bool


@dataclass(frozen=True)
class FieldChange:
    """A field as it was and as it is; of a picture only that it changed."""

    label: str
    old: str
    new: str


@dataclass(frozen=True)
class ShownChanges:
    """What one content says otherwise than another, in words."""

    fields: list[FieldChange]
    lessons: list[str]

    @property
    def count(self) -> int:
        """How many changes there are."""
        return len(self.fields) + len(self.lessons)


@dataclass(frozen=True)
class ShownEdition:
    """A line of the list of versions."""

    number: int
    title: str
    about: str


def view_shortcomings(
    course_id: str, found: PublishabilityOut
) -> list[ShownShortcoming]:
    """What lacks, each with a link to where it is mended."""
    return [_view_shortcoming(course_id, one) for one in found.items]


def _view_shortcoming(course_id: str, one: ShortcomingOut) -> ShownShortcoming:
    text = gettext(SHORTCOMINGS.get(one.code, one.code))
    if "%(title)s" in text:
        text = text % {"title": one.title}
    return ShownShortcoming(text, _place_of(course_id, one), one.is_blocking)


def _place_of(course_id: str, one: ShortcomingOut) -> str:
    if one.code.startswith("lecture-") and one.lesson_id:
        return path_of(course_id, f"lessons/{one.lesson_id}")
    return f"{path_of(course_id)}#{one.field}"


def view_changes(
    found: ComparisonOut, old: ContentOut, new: ContentOut, modules: Mapping[str, str]
) -> ShownChanges:
    """Changes in words: fields with both values, lessons a line each."""
    fields = [
        FieldChange(
            gettext(FIELDS[name]),
            _value_of(old, name, modules),
            _value_of(new, name, modules),
        )
        for name in found.fields
        if name != "lessons" and name in FIELDS
    ]
    return ShownChanges(fields, list(_list_lessons(found)))


def _value_of(content: ContentOut, name: str, modules: Mapping[str, str]) -> str:
    value = getattr(content, name)
    if name == "module":
        return modules.get(value, value)
    if name == "language":
        return gettext(LANGUAGES.get(value, value)) if value else ""
    if name == "picture":
        return gettext(N_("有图片")) if value else ""
    return f"{value:g} ×" if isinstance(value, float) else str(value)


def _list_lessons(found: ComparisonOut) -> Iterable[str]:
    for lesson in found.added:
        yield gettext(N_("加了《%(title)s》")) % {"title": lesson.title}
    for lesson in found.removed:
        yield gettext(N_("删去了《%(title)s》")) % {"title": lesson.title}
    for change in found.changed:
        yield from _list_changed(change)
    for lesson in found.moved:
        yield gettext(N_("《%(title)s》换了位置")) % {"title": lesson.title}


def _list_changed(change: LessonChangeOut) -> Iterable[str]:
    old, new = change.old, change.new
    for name in change.fields:
        if name == "title":
            text = gettext(N_("《%(old)s》改名为《%(new)s》"))
            yield text % {"old": old.title, "new": new.title}
        elif name == "kind":
            text = gettext(N_("《%(title)s》由%(old)s改为%(new)s"))
            kinds = {"old": _kind_of(old.kind), "new": _kind_of(new.kind)}
            yield text % ({"title": new.title} | kinds)
        elif name in LESSON_FIELDS:
            yield gettext(N_("《%(title)s》换了视频")) % {"title": new.title}


def _kind_of(kind: str) -> str:
    return gettext(KINDS[kind]) if kind in KINDS else kind


def view_editions(
    found: Iterable[EditionLine], names: Mapping[str, str]
) -> list[ShownEdition]:
    """The versions, with the names of who published them."""
    return [
        ShownEdition(one.number, one.title, _about_edition(one, names)) for one in found
    ]


def _about_edition(one: EditionLine, names: Mapping[str, str]) -> str:
    when = format_moment(one.published_at) if one.published_at else ""
    lessons = gettext(N_("%(n)s 讲")) % {"n": one.lessons}
    return " · ".join(filter(None, (when, names.get(one.published_by, ""), lessons)))
