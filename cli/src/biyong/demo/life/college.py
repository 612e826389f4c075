"""The demo's college as its life finds it: who is signed in, and what there is."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from chassis.clock import COLLEGE_ZONE

from biyong.demo import load_data
from biyong.demo.fill import TRAINEES, Demo
from biyong.demo.people import Invented, invent_people
from biyong.door import Door


@dataclass
class College:
    """The demo with the sessions of its staff and officers."""

    demo: Demo
    operator: Door
    data: Mapping[str, Any] = field(default_factory=lambda: load_data("demo-life"))

    def __post_init__(self) -> None:
        self.today = datetime.datetime.now(COLLEGE_ZONE).date()
        demo, newcomers = self.demo, self.data["newcomers"]
        everybody = invent_people(TRAINEES + newcomers, demo.data)
        self.trainees = everybody[:TRAINEES]
        self.newcomers = everybody[TRAINEES:]
        self.staff = demo.sign_in("jiaowu", "jiaowu@biyong.example")
        self.officers = {
            branch: demo.sign_in(login, f"{login}@biyong.example")
            for login, branch in demo.data["officers"].items()
        }

    def note(self, name: str) -> str:
        """The id that was noted for something that was made."""
        return self.demo.find_made()[name]

    def find_seated(self, class_: Mapping[str, Any]) -> list[Invented]:
        """Whom the branches send to a class."""
        first, last = class_["enrol"]
        return self.trainees[first:last]

    def shift_day(self, days: int) -> datetime.date:
        """The day so many days from today."""
        return self.today + datetime.timedelta(days=days)
