"""Give a seat or a place in the waiting list back."""

from enrollment.domain.enrolment import SEATED
from enrollment.domain.errors import Finished, UnknownEnrolment
from enrollment.usecases.decide_seats import DecideSeats
from enrollment.usecases.ports import Certificates, Enrolments


class LeaveClass:
    """Nobody leaves a class that is finished: the seat was used."""

    def __init__(
        self, enrolments: Enrolments, certificates: Certificates, seats: DecideSeats
    ) -> None:
        self.enrolments, self.certificates = enrolments, certificates
        self.seats = seats

    def __call__(self, enrolment_id: str) -> None:
        """Withdraw a person. Raises UnknownEnrolment, Finished.

        Only who has a seat can have finished, so the waiting list asks nobody.
        """
        enrolment = self.enrolments.get(enrolment_id)
        if enrolment is None:
            raise UnknownEnrolment(f"没有报名 {enrolment_id}")
        if enrolment.state == SEATED and self.certificates.is_issued(
            enrolment.class_id, enrolment.person_id
        ):
            raise Finished("已经结业，证书已签发，不能再退出：若报名有误，请联系教务")
        self.seats.withdraw(enrolment_id)
