"""What a trainee's first page asks of the services."""

import datetime
from dataclasses import dataclass

from contracts.http.catalog import AreaOut
from contracts.http.learning import HoursOut

from gateway.clients.page_services import PageServices
from gateway.clients.parts import Unavailable
from gateway.pages.trainee.own_classes import ClassAnswers, ask_classes, read_classes


@dataclass(frozen=True)
class TraineeAnswers:
    """What the services answered; Unavailable stands for what nobody can say now."""

    own: ClassAnswers
    hours: HoursOut | Unavailable
    areas: list[AreaOut] | Unavailable


def read_trainee_answers(
    services: PageServices, today: datetime.date
) -> TraineeAnswers:
    """Eight questions at most, in three rounds, for up to a hundred classes."""
    asked = ask_classes(services)
    hours = services.ask_part(services.learning.show_hours)
    areas = services.ask_part(services.catalog.list_areas)
    own = read_classes(services, asked, today)
    return TraineeAnswers(own, hours.get_answer(), areas.get_answer())
