"""/events: what an operator sees and does about one service's events."""

import datetime
from collections.abc import Callable
from typing import Annotated, Any

import msgspec
from flask import Blueprint, Response

from chassis.broker.port import Away
from chassis.events.envelope import Refused
from chassis.http.auth import caller, needs
from chassis.http.body import Shape, Text, answer, body, query
from chassis.http.problem import Problem, response
from chassis.operations.console import NotHeard, Operating
from chassis.operations.parked import NotDropped, NotMendable, NotParked, Which
from chassis.outbox.archive import ArchiveQuery
from chassis.projections.rebuild import NoSuchModel

Door = Callable[[Callable[..., Response]], Callable[..., Response]]
FOR_OPERATORS: Door = needs("operator")
Key = Annotated[str, msgspec.Meta(max_length=300)]
NOTHING_PICKED = "Say which: key, cause, or all."


class WhichIn(Shape):
    """One key, all of one cause, or all."""

    key: Key = ""
    cause: Text = ""
    all: bool = False
    why: Text = ""

    def which(self) -> Which:
        """As the domain has it. Raises Problem 422 when nothing is picked."""
        if not (self.key or self.cause or self.all):
            raise Problem(422, "nothing-picked", NOTHING_PICKED)
        return Which(self.key, self.cause, self.all)


class KeyIn(Shape):
    """Which sequence."""

    key: Key


class EditIn(Shape):
    """An event's new data, or a whole event as text for one that was unreadable."""

    key: Key
    event: Key = ""
    data: dict[str, Any] = {}
    text: Annotated[str, msgspec.Meta(max_length=256 * 1024)] = ""


class LineIn(Shape):
    """A line of the audit."""

    line: Key


class IdIn(Shape):
    """Any id: a request's, an event's, an aggregate's."""

    id: Key


class IdsIn(Shape):
    """Ids of events."""

    ids: Annotated[list[Key], msgspec.Meta(max_length=2000)]


class ModelIn(Shape):
    """Which read model."""

    model: Text


class ResendIn(Shape):
    """Which events to say again: those that fit all that is given; to all hearers or
    to one."""

    to: Text = ""
    types: Annotated[list[Text], msgspec.Meta(max_length=100)] = []
    key: Key = ""
    since: datetime.datetime | None = None
    until: datetime.datetime | None = None

    def archive_query(self) -> ArchiveQuery:
        """What is looked for in the archive. Raises Problem 422."""
        if not (self.types or self.key or self.since or self.until):
            raise Problem(422, "nothing-picked", "Say types, key, since or until.")
        since, until = _in_utc(self.since), _in_utc(self.until)
        return ArchiveQuery(tuple(self.types), self.key, since, until)


def _in_utc(moment: datetime.datetime | None) -> datetime.datetime | None:
    """The moment as it is kept. Raises Problem 422 for one without a zone."""
    if moment is None:
        return None
    if moment.tzinfo is None:
        raise Problem(422, "no-zone", "A moment needs its zone, like +08:00.")
    try:
        return moment.astimezone(datetime.UTC)
    except OverflowError as error:
        raise Problem(422, "no-moment", "There is no such moment in UTC.") from error


def _caller() -> str:
    return caller().login or caller().issuer


def blueprint(
    events: Operating,
    door: Door = FOR_OPERATORS,
    who: Callable[[], str] = _caller,
) -> Blueprint:
    """Routes for operators. `who` is written into the audit, and may refuse."""
    bp = Blueprint("operations_of_events", __name__)

    def refuse_others() -> None:
        who()

    bp.before_request(refuse_others)

    @bp.get("/events/parked")
    @door
    def parked() -> Response:
        return answer(events.parked.groups())

    @bp.get("/events/parked/one")
    @door
    def show() -> Response:
        return answer(events.parked.show(query(KeyIn).key))

    @bp.put("/events/parked/one")
    @door
    def edit() -> Response:
        asked = body(EditIn)
        if asked.text:
            key = events.parked.rewrite(asked.key, asked.text, who())
            return answer({"key": key})
        events.parked.edit(asked.key, asked.event, asked.data, who())
        return answer({"key": asked.key})

    @bp.post("/events/parked/replay")
    @door
    def replay() -> Response:
        return answer({"sequences": events.parked.replay(body(WhichIn).which(), who())})

    @bp.post("/events/parked/drop")
    @door
    def drop() -> Response:
        asked = body(WhichIn)
        dropped = events.parked.drop(asked.which(), who(), asked.why)
        return answer({"sequences": dropped})

    @bp.post("/events/parked/back")
    @door
    def take_back() -> Response:
        return answer({"key": events.parked.take_back(body(LineIn).line, who())})

    @bp.get("/events/audit")
    @door
    def audit() -> Response:
        return answer(events.audit.lines())

    @bp.get("/events/said")
    @door
    def said() -> Response:
        return answer(events.story.said(query(IdIn).id))

    @bp.post("/events/heard")
    @door
    def heard() -> Response:
        return answer(events.story.heard(body(IdsIn).ids))

    @bp.get("/events/topology")
    @door
    def topology() -> Response:
        return answer(events.survey())

    @bp.get("/events/unsaid")
    @door
    def unsaid() -> Response:
        return answer(events.unsaid())

    @bp.get("/events/failing")
    @door
    def failing() -> Response:
        return answer(events.failing())

    @bp.post("/events/resend")
    @door
    def resend() -> Response:
        asked = body(ResendIn)
        resend = events.resend(asked.archive_query(), asked.to, who())
        return answer({"resend": resend}, 202)

    @bp.get("/events/resend")
    @door
    def resent() -> Response:
        resend = events.resends.progress(query(IdIn).id)
        if resend is None:
            raise Problem(404, "unknown-resend", "There is no such resend any more.")
        told = {"state": resend.state, "done": resend.done, "why": resend.why}
        return answer(told)

    @bp.post("/events/comparison")
    @door
    def compare() -> Response:
        events.compare(who())
        return answer({}, 202)

    @bp.get("/events/models")
    @door
    def models() -> Response:
        return answer(events.rebuilding.all_progress())

    @bp.post("/events/models/rebuild")
    @door
    def rebuild() -> Response:
        return answer(events.rebuild(body(ModelIn).model, who()), 202)

    @bp.post("/events/models/stop")
    @door
    def stop_rebuild() -> Response:
        return answer(events.stop_rebuild(body(ModelIn).model, who()))

    _install_refusals(bp)
    return bp


def _install_refusals(bp: Blueprint) -> None:
    def problem(status: int, slug: str, error: Exception) -> Response:
        return response(status, slug, str(error))

    bp.register_error_handler(NotParked, lambda e: problem(404, "not-parked", _gone(e)))
    bp.register_error_handler(NotDropped, lambda e: problem(404, "not-dropped", e))
    bp.register_error_handler(NotHeard, lambda e: problem(422, "not-heard", e))
    bp.register_error_handler(NoSuchModel, lambda e: problem(404, "unknown-model", e))
    bp.register_error_handler(NotMendable, lambda e: problem(409, "not-mendable", e))
    bp.register_error_handler(Refused, lambda e: problem(422, "event-refused", e))
    bp.register_error_handler(Away, lambda e: problem(503, "bus-away", e))


def _gone(error: Exception) -> Exception:
    return NotParked(f"{error} is not parked any more: somebody else mended it.")
