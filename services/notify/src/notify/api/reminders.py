"""/reminders: people are reminded of a class, as the gateway found they may be."""

from chassis.http.auth import require_services
from chassis.http.idempotency import idempotent
from chassis.http.routing import Routes, post
from contracts.http.reminders import RemindersIn, RemindersOut

from notify.usecases.remind_people import RemindPeople


class ReminderRoutes(Routes):
    """Routes for reminders."""

    name = "reminders"

    def __init__(self, remind: RemindPeople) -> None:
        self.remind = remind

    @post("/reminders")
    @require_services("gateway")
    @idempotent
    def post_reminders(self, asked: RemindersIn) -> RemindersOut:
        """These people are reminded of the class, each once a day."""
        reminded = self.remind(asked.class_id, asked.person_ids, asked.ends_on)
        return RemindersOut(reminded=reminded.now, known=reminded.before)
