"""A class has the seats that enrollment decided."""

from catalog.domain.training_class import Quota
from catalog.usecases.ports import Classes


def follow_seats(
    classes: Classes,
    class_id: str,
    capacity: int,
    quotas: tuple[Quota, ...],
    seats_revision: int,
) -> None:
    """Give a class another capacity and other quotas; an older answer changes nothing,
    nor does one about a class that is not here."""
    if classes.get(class_id) is not None:
        classes.change(
            class_id, lambda known: known.follow_seats(capacity, quotas, seats_revision)
        )
