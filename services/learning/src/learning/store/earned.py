"""What people have earned, read for many at once."""

from collections.abc import Sequence

from learning.domain.certificate import Certificate
from learning.domain.course import Course, Seat
from learning.domain.hours import HoursEntry
from learning.domain.record import Record, Watched
from learning.store.projections import StoredProjections
from learning.store.records import StoredCertificates, StoredLedger, StoredRecords


class StoredEarned:
    """Reads what is stored about some hundreds of people in one question each."""

    def __init__(
        self,
        projections: StoredProjections,
        records: StoredRecords,
        ledger: StoredLedger,
        certificates: StoredCertificates,
    ) -> None:
        self.projections, self.records = projections, records
        self.ledger, self.certificates = ledger, certificates

    def find_year(self, persons: Sequence[str], year: int) -> list[HoursEntry]:
        """The hours entries of these people in a year."""
        wanted = {"person_id": {"$in": list(persons)}, "year": year}
        return self.ledger.rows.find(wanted)

    def find_records(self, persons: Sequence[str]) -> list[Record]:
        """The records of these people."""
        return self.records.rows.find({"person_id": {"$in": list(persons)}})

    def find_certificates(self, persons: Sequence[str]) -> list[Certificate]:
        """The certificates of these people, replaced and revoked ones too."""
        return self.certificates.rows.find({"person_id": {"$in": list(persons)}})

    def find_seats(self, persons: Sequence[str]) -> list[Seat]:
        """The seats of these people, lost ones too."""
        return self.projections.seats.find({"person_id": {"$in": list(persons)}})

    def find_watched(
        self, persons: Sequence[str], lectures: Sequence[str]
    ) -> list[Watched]:
        """What these people have watched of these lectures."""
        return self.projections.find_watched(persons, lectures)

    def find_courses(self) -> list[Course]:
        """Every course that was published."""
        return self.projections.courses.find({})
