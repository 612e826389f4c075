"""The demo's life step by step, behind the ready site; what is done is noted."""

import json
import threading
from collections.abc import Callable

from biyong.demo.fill import Demo, NotFilled
from biyong.demo.life import classes, courses, history, people
from biyong.demo.life.college import College
from biyong.door import Away, Door, Refused

Step = Callable[[College], None]
STEPS: tuple[tuple[str, Step], ...] = (
    ("teachers", courses.invite_teachers),
    ("courses", courses.put_courses),
    ("classes", classes.open_classes),
    ("rosters", classes.fill_classes),
    ("newcomers", classes.welcome_newcomers),
    ("accounts", people.activate_people),
    ("requests", people.ask_to_join),
    ("finished", history.import_finished),
    ("closings", classes.close_classes),
    ("history", history.import_history),
)
"""Each finds done what an earlier try has done of it."""
FINAL = range(400, 429)
"""Statuses of an answer that stays the same however often one asks."""
TRIES, PAUSE_SECONDS = 5, 3.0
"""A service that is started again, or a busy machine, is well within them."""
UNDER_WAY, THERE, STOPPED = "under way", "there", "stopped"


class DemoLife:
    """The life of one demo. Started again it goes on with what was not done."""

    def __init__(
        self, demo: Demo, operator_password: str, stopping: threading.Event
    ) -> None:
        self.demo, self.password, self.stopping = demo, operator_password, stopping
        self.notes = demo.folder / "life.json"
        self.state = THERE if not self._find_left() else UNDER_WAY

    def do_steps(self) -> None:
        """Do all steps that are left; how it ended is in `state`."""
        try:
            for name, step in self._find_left():
                self._try_step(name, step)
                self._note(name)
            self.state = THERE
            self.demo.tell("everything is there")
        except (NotFilled, Refused, Away) as fault:
            self.state = STOPPED
            if not self.stopping.is_set():
                self.demo.tell(f"stopped: {fault}; the next start goes on")

    def _find_left(self) -> list[tuple[str, Step]]:
        done = self._read_notes()
        return [(name, step) for name, step in STEPS if name not in done]

    def _try_step(self, name: str, step: Step) -> None:
        """Raises NotFilled, Refused, Away where every try failed."""
        for left in reversed(range(TRIES)):
            try:
                self.demo.tell(name)
                step(self._open_college())
            except (NotFilled, Refused, Away) as fault:
                has_answer = isinstance(fault, Refused) and fault.status in FINAL
                if has_answer or not left or self.stopping.wait(PAUSE_SECONDS):
                    raise
                self.demo.tell(f"{name} once more after: {fault}")
            else:
                return

    def _open_college(self) -> College:
        operator = Door(self.demo.url)
        operator.sign_in("operator", self.password)
        return College(self.demo, operator)

    def _read_notes(self) -> list[str]:
        return list(json.loads(self.notes.read_text())) if self.notes.exists() else []

    def _note(self, name: str) -> None:
        part = self.notes.with_suffix(".part")
        part.write_text(json.dumps([*self._read_notes(), name]))
        part.replace(self.notes)
