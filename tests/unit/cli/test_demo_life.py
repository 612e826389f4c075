"""The demo's life goes on where it was stopped, and does nothing twice."""

import json
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from biyong.demo.fill import Demo
from biyong.demo.life import following
from biyong.demo.life.college import College
from biyong.demo.life.following import STOPPED, THERE, UNDER_WAY, DemoLife
from biyong.door import Away, Refused


class Steps:
    """Three steps, of which some fail at first."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, **faults: list[Exception]):
        self.done: list[str] = []
        self.faults = faults
        steps = tuple((name, self._step(name)) for name in ("one", "two", "three"))
        monkeypatch.setattr(following, "STEPS", steps)
        monkeypatch.setattr(following, "PAUSE_SECONDS", 0.0)
        monkeypatch.setattr(DemoLife, "_open_college", lambda _: None)

    def _step(self, name: str) -> Callable[[College], None]:
        def do_step(_: College) -> None:
            if left := self.faults.get(name):
                raise left.pop(0)
            self.done.append(name)

        return do_step


def a_life(folder: Path) -> DemoLife:
    folder.mkdir(exist_ok=True)
    demo = Demo("http://127.0.0.1:1", folder, folder, lambda _: None)
    return DemoLife(demo, "secret", threading.Event())


def test_every_step_is_done_once_and_noted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = Steps(monkeypatch)
    life = a_life(tmp_path)
    assert life.state == UNDER_WAY
    life.do_steps()
    assert (life.state, steps.done) == (THERE, ["one", "two", "three"])
    again = a_life(tmp_path)
    assert again.state == THERE
    again.do_steps()
    assert steps.done == ["one", "two", "three"]
    assert json.loads((tmp_path / "life.json").read_text()) == steps.done


def test_a_part_that_is_away_for_a_moment_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = Steps(monkeypatch, two=[Away("away"), Refused(503, "busy", "later")])
    life = a_life(tmp_path)
    life.do_steps()
    assert (life.state, steps.done) == (THERE, ["one", "two", "three"])


def test_what_stopped_it_is_where_the_next_start_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = Refused(422, "body-refused", "no")
    steps = Steps(monkeypatch, two=[refused])
    life = a_life(tmp_path)
    life.do_steps()
    assert (life.state, steps.done) == (STOPPED, ["one"])
    again = a_life(tmp_path)
    again.do_steps()
    assert (again.state, steps.done) == (THERE, ["one", "two", "three"])
