"""From the domain to what is answered."""

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from contracts.http.catalog import (
    AreaOut,
    ClassOut,
    ContentOut,
    CourseOut,
    LessonOut,
    ModuleOut,
    ProjectOut,
    QuotaOut,
)
from contracts.http.drafts import (
    ComparisonOut,
    DraftOut,
    EditionLine,
    EditionOut,
    PublishabilityOut,
    ShortcomingOut,
)

from catalog.domain.comparison import Comparison
from catalog.domain.content import Content
from catalog.domain.course import Course
from catalog.domain.edition import Edition
from catalog.domain.lecture import Lecture
from catalog.domain.outline import Area, Project
from catalog.domain.publishability import Shortcoming
from catalog.domain.stamp import Stamp
from catalog.domain.training_class import Quota, TrainingClass

Lectures = Mapping[str, Lecture]


def dump_course(course: Course, lectures: Lectures) -> CourseOut:
    """A course as everybody sees it: its published edition."""
    shown = course.published or course.content
    return CourseOut(**_fields_of_content(shown, lectures), **_fields_of_state(course))


def dump_draft(course: Course, lectures: Lectures) -> DraftOut:
    """A course as staff see it: as it is edited, and beside it what is published."""
    published = course.published
    return DraftOut(
        **_fields_of_content(course.content, lectures),
        **_fields_of_state(course),
        version=course.revision,
        edited_by=course.edited.by,
        edited_at=course.edited.at,
        published=dump_content(published, lectures) if published else None,
        published_by=course.issued.by,
        published_at=course.issued.at,
        has_unpublished_edits=course.has_unpublished_edits,
    )


def dump_content(content: Content, lectures: Lectures) -> ContentOut:
    """What a course says."""
    return ContentOut(**_fields_of_content(content, lectures))


def lectures_shown(*courses: Course) -> list[str]:
    """The lectures that these courses show, edited and published."""
    lessons = [
        lesson
        for course in courses
        for content in (course.content, course.published)
        for lesson in (content.lessons if content else ())
    ]
    return [lesson.lecture_id for lesson in lessons if lesson.lecture_id]


def _fields_of_state(course: Course) -> dict[str, Any]:
    return {"id": course.id, "state": course.state, "edition": course.edition}


def _fields_of_content(content: Content, lectures: Lectures) -> dict[str, Any]:
    lessons = [
        msgspec.convert(
            {
                **vars(lesson),
                "is_completable": lesson.is_completable,
                "lecture": lectures.get(lesson.lecture_id),
            },
            LessonOut,
            from_attributes=True,
        )
        for lesson in content.lessons
    ]
    return {**vars(content), "lessons": lessons}


def dump_shortcomings(course: Course, found: list[Shortcoming]) -> PublishabilityOut:
    """Whether a course can be published, and all that it lacks."""
    return PublishabilityOut(
        version=course.revision,
        is_publishable=not any(one.is_blocking for one in found),
        items=[ShortcomingOut(**vars(one)) for one in found],
    )


def dump_edition_line(edition: Edition) -> EditionLine:
    """An edition in a list."""
    return EditionLine(
        number=edition.number,
        title=edition.content.title,
        lessons=len(edition.content.lessons),
        published_by=edition.issued.by,
        published_at=edition.issued.at,
    )


def dump_edition(edition: Edition, lectures: Lectures) -> EditionOut:
    """An edition with all that it says."""
    return EditionOut(
        **_fields_of_content(edition.content, lectures),
        number=edition.number,
        published_by=edition.issued.by,
        published_at=edition.issued.at,
    )


def dump_comparison(comparison: Comparison) -> ComparisonOut:
    """What one edition says otherwise than another."""
    return msgspec.convert(comparison, ComparisonOut, from_attributes=True)


def dump_area(area: Area, counts: Mapping[str, int], *, is_staff: bool) -> AreaOut:
    """An area, with the number of courses published in each of its modules."""
    modules = [
        ModuleOut(
            code=module.code,
            name=module.name,
            topics=list(module.topics),
            courses=counts.get(module.code, 0),
        )
        for module in area.modules
    ]
    return AreaOut(
        code=area.code,
        name=area.name,
        place=area.place,
        modules=modules,
        version=area.revision,
        **_fields_of_stamp(area.edited, is_staff),
    )


def dump_project(project: Project, *, is_staff: bool) -> ProjectOut:
    """A project."""
    return ProjectOut(
        code=project.code,
        name=project.name,
        place=project.place,
        form=project.form,
        summary=project.summary,
        version=project.revision,
        **_fields_of_stamp(project.edited, is_staff),
    )


def _fields_of_stamp(stamp: Stamp, is_staff: bool) -> dict[str, Any]:
    return {"edited_by": stamp.by, "edited_at": stamp.at} if is_staff else {}


def dump_class(
    training_class: TrainingClass, today: datetime.date, quotas: Iterable[Quota] | None
) -> ClassOut:
    """A class as it stands today, with those of its quotas that the caller may see."""
    seen: Any = msgspec.UNSET
    if quotas is not None:
        seen = [QuotaOut(**vars(quota)) for quota in quotas]
    fields = {
        name: getattr(training_class, name)
        for name in (
            "id",
            "course_id",
            "title",
            "capacity",
            "point",
            "form",
            "admission",
        )
    }
    return ClassOut(
        **fields,
        starts_on=training_class.starts_on,
        ends_on=training_class.ends_on,
        state=training_class.state_on(today),
        version=training_class.revision,
        reason=training_class.reason,
        project=training_class.project,
        quotas=seen,
    )
