"""Events of the catalogue: from what happened to what is published."""

from dataclasses import asdict

from chassis.events.envelope import PublicEvent

from catalog.domain import events


def to_event(event: object) -> PublicEvent:
    """The public event of a domain event."""
    match event:
        case events.CoursePublished(course_id):
            data = asdict(event) | {"lessons": list(event.lessons)}
            return PublicEvent("catalog.course.published.v1", course_id, data)
        case events.CourseArchived(course_id):
            return PublicEvent("catalog.course.archived.v1", course_id, asdict(event))
        case events.ClassOpened(class_id):
            data = asdict(event) | {"quotas": list(event.quotas)}
            return PublicEvent("catalog.class.opened.v1", class_id, data)
        case events.ClassChanged(class_id):
            return PublicEvent("catalog.class.changed.v1", class_id, asdict(event))
        case events.ClassCancelled(class_id):
            return PublicEvent("catalog.class.cancelled.v1", class_id, asdict(event))
        case events.ClassReopened(class_id):
            return PublicEvent("catalog.class.reopened.v1", class_id, asdict(event))
        case events.ClassClosed(class_id):
            return PublicEvent("catalog.class.closed.v1", class_id, asdict(event))
    raise TypeError(f"no wording for {type(event).__name__}")
