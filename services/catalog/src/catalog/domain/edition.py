"""An edition of a course: what was published, never changed again."""

from dataclasses import dataclass

from catalog.domain.content import Content
from catalog.domain.stamp import Stamp


@dataclass(frozen=True)
class Edition:
    """The edition of this number, and by whom and when it was published."""

    course_id: str
    number: int
    content: Content
    issued: Stamp

    @property
    def id(self) -> str:
        """Course and number: an edition that is put twice is the same one."""
        return f"{self.course_id}.{self.number}"
