"""The records, ledger and certificates ports over MongoEngine."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from chassis.storage.aggregates import Aggregates, AlreadyExists, NotFound

from learning.domain.certificate import Certificate
from learning.domain.hours import (
    HoursEntry,
    apply_corrections,
    imported_entry,
    lecture_entry,
)
from learning.domain.record import Record

AT_ONCE = 500  # ids in one question, so that none grows with a course


class StoredRecords:
    """Records of people in courses."""

    def __init__(self, rows: Aggregates[Record]) -> None:
        self.rows = rows

    def get(self, person_id: str, course_id: str) -> Record:
        """The record of a person in a course, empty if nothing was done yet."""
        empty = Record(person_id, course_id)
        try:
            return self.rows.get(empty.id)
        except NotFound:
            return empty

    def change(
        self,
        person_id: str,
        course_id: str,
        decide: Callable[[Record], tuple[Record, Sequence[object]] | None],
    ) -> Record:
        """Read a record, decide, write under the version that was read."""
        empty = Record(person_id, course_id)
        try:
            return self.rows.change(empty.id, decide)
        except NotFound:
            decided = decide(empty)
        if decided is None:
            return empty
        try:
            self.rows.add(empty.id, *decided)
        except AlreadyExists:
            return self.rows.change(empty.id, decide)
        return decided[0]

    def find_complete(self, pairs: Sequence[tuple[str, str]]) -> list[Record]:
        """The records of these (person, course) pairs that are complete."""
        ids = [Record(person, course).id for person, course in pairs]
        records = self.rows.find({"_id": {"$in": ids}})
        return [record for record in records if record.is_complete]

    def find_by_course(self, course_id: str, persons: Sequence[str]) -> list[Record]:
        """The records of these people in a course, empty ones included."""
        empty = {
            record.id: record for record in (Record(p, course_id) for p in persons)
        }
        records = self.rows.find({"_id": {"$in": sorted(empty)}})
        return [*(empty | {record.id: record for record in records}).values()]

    def find_by_person(self, person_id: str) -> list[Record]:
        """The records of a person."""
        return self.rows.find({"person_id": person_id})


class StoredLedger:
    """The hours ledger."""

    def __init__(self, rows: Aggregates[HoursEntry]) -> None:
        self.rows = rows

    def credit(self, entry: HoursEntry) -> None:
        """Add an hours entry; the same entry again changes nothing."""
        self.add(entry)

    def add(self, entry: HoursEntry) -> bool:
        """Add an hours entry; False where there is one with this id."""
        try:
            self.rows.add(entry.id, entry, entry.creation_events())
        except AlreadyExists:
            return False
        return True

    def get(self, entry_id: str) -> HoursEntry | None:
        """The entry with this id, or None."""
        try:
            return self.rows.get(entry_id)
        except NotFound:
            return None

    def find_corrections(self, entry_ids: Sequence[str]) -> list[HoursEntry]:
        """The corrections of these entries."""
        ids, corrections = sorted(entry_ids), list[HoursEntry]()
        for start in range(0, len(ids), AT_ONCE):
            some = {"$in": ids[start : start + AT_ONCE]}
            corrections += self.rows.find({"corrects": some})
        return corrections

    def find_credited(
        self, persons: Sequence[str], lectures: Sequence[str]
    ) -> dict[tuple[str, str], HoursEntry]:
        """The hours entries of these people for these lectures, of whatever year, each
        with as many quarters as its corrections leave it."""
        return self._find_entries(lecture_entry, persons, lectures)

    def find_imported(
        self, persons: Sequence[str], courses: Sequence[str]
    ) -> dict[tuple[str, str], HoursEntry]:
        """The imported hours entries of these people for these courses, corrected."""
        return self._find_entries(imported_entry, persons, courses)

    def _find_entries(
        self,
        id_of: Callable[[str, str], str],
        persons: Sequence[str],
        subjects: Sequence[str],
    ) -> dict[tuple[str, str], HoursEntry]:
        pairs = {
            id_of(person, subject): (person, subject)
            for person in persons
            for subject in subjects
        }
        ids, entries = sorted(pairs), list[HoursEntry]()
        for start in range(0, len(ids), AT_ONCE):
            entries += self.rows.find({"_id": {"$in": ids[start : start + AT_ONCE]}})
        corrections = self.find_corrections([entry.id for entry in entries])
        corrected = apply_corrections(entries, corrections)
        return {pairs[entry.id]: entry for entry in corrected}

    def find_by_person(self, person_id: str, year: int) -> list[HoursEntry]:
        """The hours entries of a person in a year, newest first."""
        return self.rows.find({"person_id": person_id, "year": year}, sort=[("at", -1)])

    def find_years(self, person_id: str) -> set[int]:
        """The years in which a person has hours entries."""
        found = self.rows.collection.aggregate(
            [{"$match": {"person_id": person_id}}, {"$group": {"_id": "$year"}}]
        )
        return {int(row["_id"]) for row in found}


class StoredCertificates:
    """Issued certificates."""

    def __init__(self, rows: Aggregates[Certificate]) -> None:
        self.rows = rows

    def get(self, number: str) -> Certificate | None:
        """The certificate with this number, or None."""
        try:
            return self.rows.get(number)
        except NotFound:
            return None

    def issue(self, certificate: Certificate, *, imported: bool = False) -> None:
        """Put a new certificate; the same number again changes nothing."""
        happened = certificate.creation_events(imported=imported)
        try:
            self.rows.add(certificate.number, certificate, happened)
        except AlreadyExists:
            return

    def change(
        self,
        number: str,
        decide: Callable[[Certificate], tuple[Certificate, Sequence[object]] | None],
    ) -> Certificate:
        """Read a certificate, decide, write under the version that was read."""
        return self.rows.change(number, decide)

    def get_by_class(self, person_id: str, class_id: str) -> Certificate | None:
        """A person's certificate of a class, the one that stands, or None."""
        own = self.find_by_person(person_id)
        return next((c for c in own if c.class_id == class_id), None)

    def find_by_person(self, person_id: str) -> list[Certificate]:
        """The certificates of a person, but for those that were replaced."""
        issued = self.find_issued(person_id)
        return [certificate for certificate in issued if certificate.is_current]

    def find_issued(self, person_id: str) -> list[Certificate]:
        """All certificates of a person, also those that were replaced."""
        return self.rows.find({"person_id": person_id})

    def find_of_class(self, class_id: str, persons: Sequence[str]) -> list[Certificate]:
        """The certificates that these people have of a class, replaced ones too."""
        return self.rows.find(
            {"person_id": {"$in": list(persons)}, "class_id": class_id}
        )

    def find_matching(
        self, wanted: Mapping[str, Sequence[str]], after: str, limit: int
    ) -> list[Certificate]:
        """Certificates by number, with one of the wanted values in each field."""
        filter_: dict[str, Any] = {
            field: {"$in": list(values)} for field, values in wanted.items()
        }
        filter_["_id"] = {"$gt": after}
        return self.rows.find(filter_, sort=[("_id", 1)], limit=limit)

    def find_first_day(self, key_id: str) -> str:
        """The day on which a key's first certificate was issued, or empty. Those
        without a name do not count: perhaps they were signed anew, long after it."""
        wanted = {"key_id": key_id, "name": {"$gt": ""}}
        first = self.rows.find(wanted, sort=[("issued_on", 1)], limit=1)
        return first[0].issued_on if first else ""
