"""Records of people are taken for one human's, or no longer: certificates follow.

What is stored for each person stays as it is; hours, records and lists are put together
when somebody asks for them.
"""

from collections.abc import Sequence

from learning.domain.certificate import UNJOINED, Certificate
from learning.domain.hours import ZONE
from learning.usecases.complete_lecture import CompleteLecture
from learning.usecases.ports import Certificates, Now


class FollowMerges:
    """Brings certificates to what the groups, as they are now, have earned."""

    def __init__(
        self, complete: CompleteLecture, certificates: Certificates, now: Now
    ) -> None:
        self.complete, self.certificates, self.now = complete, certificates, now

    def __call__(self, person_ids: Sequence[str]) -> None:
        """Issue what these earned together; void what they earned with records that
        are not theirs. Repeating it changes nothing. Raises NotConsumedYet."""
        groups = self.complete.groups.find_groups(person_ids)
        distinct = sorted(set(groups.values()))
        for group in distinct:
            self._void_unearned(group)
        for group in distinct:
            for course_id in self._find_courses(group):
                record = self.complete.records.get(group[0], course_id)
                self.complete.certify_human(record)

    def _find_courses(self, group: Sequence[str]) -> list[str]:
        records = self.complete.records
        found = [one for member in group for one in records.find_by_person(member)]
        return sorted({record.course_id for record in found})

    def _void_unearned(self, group: Sequence[str]) -> None:
        today = self.now().astimezone(ZONE).date()
        for person_id in group:
            for certificate in self.certificates.find_by_person(person_id):
                is_other = set(certificate.joined) - set(group)
                if certificate.revoked_on or not is_other:
                    continue
                if not self._is_earned(certificate, group):
                    self.certificates.change(
                        certificate.number, lambda one: one.revoke(UNJOINED, today)
                    )

    def _is_earned(self, certificate: Certificate, group: Sequence[str]) -> bool:
        """Whether the group would be issued it now."""
        projections = self.complete.projections
        training_class = projections.get_class(certificate.class_id)
        if training_class is None:
            return True
        record = self.complete.join_course(group, training_class.course_id)
        seats = self.complete.find_earned_seats(group, record)
        return record.is_complete and any(
            seat.class_id == certificate.class_id for seat in seats
        )
