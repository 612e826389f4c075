"""Records from elsewhere are imported: courses that people completed, with hours."""

from collections.abc import Iterable, Sequence

from learning.domain.course import Course
from learning.domain.errors import NotConsumedYet
from learning.domain.hours import for_import, pick_first
from learning.domain.imported import (
    IMPORTED,
    KNOWN,
    REFUSED,
    ImportedLine,
    LineRefused,
    LineResult,
    require_course_of,
    require_importable,
)
from learning.domain.record import Record
from learning.usecases.complete_lecture import CompleteLecture
from learning.usecases.ports import Audit, KnownPeople, Now

ACTION = "records-imported"


class ImportRecords:
    """Imports lines one by one; each step is found done when it is repeated, so a file
    that was cut off is sent again."""

    def __init__(
        self, complete: CompleteLecture, people: KnownPeople, audit: Audit, now: Now
    ) -> None:
        self.complete, self.people = complete, people
        self.projections, self.ledger = complete.projections, complete.ledger
        self.records, self.groups = complete.records, complete.groups
        self.audit, self.now = audit, now

    def __call__(
        self, lines: Sequence[ImportedLine], source: str, who: str, *, dry_run: bool
    ) -> list[LineResult]:
        """What became of each line; a dry run says what would, and changes nothing.

        Who imported how many from where is written down. Raises Problem where it cannot
        be told who is known.
        """
        known = self.people.find_known(sorted({line.person_id for line in lines}))
        results = list[LineResult]()
        try:
            for line in lines:
                results.append(self._import_line(line, source, known, dry_run))
        finally:  # what is in the records is written down, whatever broke off the rest
            count = sum(result.outcome == IMPORTED for result in results)
            if count and not dry_run:
                self.audit.add(who, ACTION, source, lines=str(count))
        return results

    def _import_line(
        self, line: ImportedLine, source: str, known: Iterable[str], dry_run: bool
    ) -> LineResult:
        try:
            course = self._require_course(line)
            if line.person_id not in known:
                raise LineRefused("unknown-person")
            is_new = self._is_new(line, course)
            if not dry_run:
                self._write(line, course, source)
        except LineRefused as refused:
            return LineResult(line.line, REFUSED, refused.reason)
        except NotConsumedYet:
            return LineResult(line.line, REFUSED, "try-again")
        return LineResult(line.line, IMPORTED if is_new else KNOWN)

    def _require_course(self, line: ImportedLine) -> Course:
        class_ = self.projections.get_class(line.class_id) if line.class_id else None
        course_id = require_course_of(line, class_)
        course = self.projections.get_course(course_id)
        return require_importable(line, course, self.now())

    def _is_new(self, line: ImportedLine, course: Course) -> bool:
        """Whether no record of this human has the course completed yet.

        Raises LineRefused where it was imported as of another day.
        """
        group = self.groups.find_group(line.person_id)
        entries = self.ledger.find_imported(group, [course.id])
        if any(entry.at != line.completed_at for entry in entries.values()):
            raise LineRefused("imported-otherwise")
        records = self.records.find_by_course(course.id, group)
        return not any(record.is_complete for record in records)

    def _write(self, line: ImportedLine, course: Course, source: str) -> None:
        """Hours first, which a record that is complete asks for no more; then the
        record, and the certificates of seats in the course."""
        group = self.groups.find_group(line.person_id)
        record = self.complete.join_course(group, course.id)
        if not record.is_complete:
            self._credit(line, course, source, group)
            record = self.records.change(
                line.person_id,
                course.id,
                lambda found: found.complete_elsewhere(
                    course, line.completed_at, source
                ),
            )
        self._certify(record)

    def _credit(
        self,
        line: ImportedLine,
        course: Course,
        source: str,
        group: Sequence[str],
    ) -> None:
        """The hours that the course counted, without those of its lectures that were
        watched here, which are in the ledger."""
        lectures = sorted({one.lecture_id for one in course.lessons} - {""})
        watched = pick_first(self.ledger.find_credited(group, lectures))
        quarters = line.quarters - sum(entry.quarters for entry in watched.values())
        if quarters > 0:
            self.ledger.credit(
                for_import(
                    line.person_id,
                    course.id,
                    course.edition,
                    quarters,
                    course.title,
                    line.completed_at,
                    source,
                )
            )

    def _certify(self, record: Record) -> None:
        if record.source:
            self.complete.certify_human(record, imported=True)
