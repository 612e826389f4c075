"""How the catalogue words its facts in public."""

from dataclasses import asdict

from chassis.events.envelope import Wording

from catalog.domain import facts


def word(fact: object) -> Wording:
    """The public wording of a fact."""
    match fact:
        case facts.CoursePublished(course_id):
            said = asdict(fact) | {"lessons": list(fact.lessons)}
            return Wording("catalog.course.published.v1", course_id, said)
        case facts.CourseArchived(course_id):
            return Wording("catalog.course.archived.v1", course_id, asdict(fact))
        case facts.ClassOpened(class_id):
            said = asdict(fact) | {"quotas": list(fact.quotas)}
            return Wording("catalog.class.opened.v1", class_id, said)
        case facts.ClassClosed(class_id):
            return Wording("catalog.class.closed.v1", class_id, asdict(fact))
    raise TypeError(f"no wording for {type(fact).__name__}")
