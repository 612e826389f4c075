"""A branch that pushes rows and a trainee who watches while a cluster is hurt, and what
became of it."""

import collections
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.policy import default
from typing import Any

import urllib3
from biyong.door import Away, Door, Refused

from tests.cluster.deployed import Deployed
from tests.platform import chain, rosters
from tests.platform.running import until

PUSH_SECONDS, STEP_SECONDS, AGAIN_SECONDS = 1.0, 4.0, 1.0
RECEIPT_SECONDS = 300
LECTURE_SECONDS = 900
"""Longer than all that is done to the cluster takes."""


class _Going(threading.Thread):
    """Something that is done again and again until its end is wanted; what failed."""

    def __init__(self) -> None:
        super().__init__()
        self.ended, self.failed = threading.Event(), list[str]()

    def ask(self, call: Callable[[], Any]) -> Any:
        """What a call answers, asked again while the platform is not to be had; None
        once the end is wanted."""
        while not self.ended.is_set():
            try:
                return call()
            except (Away, urllib3.exceptions.HTTPError) as error:
                self.failed.append(type(error).__name__)
            except Refused as refused:
                if refused.status < 500:
                    raise
                self.failed.append(f"{refused.status} {refused.slug}")
            self.ended.wait(AGAIN_SECONDS)
        return None

    def end(self) -> None:
        self.ended.set()
        self.join()


class Pushing(_Going):
    """An officer's rows, one a second, each under a key of its own."""

    def __init__(self, platform: Deployed, class_id: str) -> None:
        super().__init__()
        self.platform, self.class_id = platform, class_id
        self.officer = platform.door("shi")
        self.sent: dict[str, dict[str, Any]] = {}

    def run(self) -> None:
        while not self.ended.wait(PUSH_SECONDS):
            [row] = rosters.rows(1, self.class_id)
            row["email"] = f"{row['member_no'].lower()}@biyong.example"
            key = f"hurt.{row['member_no']}"
            self.sent[key] = row
            self.ask(lambda key=key, row=row: rosters.put(self.officer, key, [row]))

    def count_outcomes(self) -> collections.Counter[str]:
        """What became of all rows, once each has its receipt. What was on its way when
        the end came is sent again: that changes nothing."""
        outcomes: collections.Counter[str] = collections.Counter()
        for key, row in self.sent.items():
            rosters.put(self.officer, key, [row])
        for key in self.sent:
            said = until(lambda key=key: rosters.receipt(self.officer, key), 300)
            outcomes.update(one["outcome"] for one in said)
        return outcomes

    def count_enrolments(self) -> collections.Counter[str]:
        """How often each person is enrolled in the class."""
        staff, people, after = self.platform.door("jiaowu"), list[str](), 0
        while True:
            path = f"/api/enrollment/classes/{self.class_id}/enrolments?after={after}"
            page = staff.call("GET", path, dict[str, Any])
            people += [one["person_id"] for one in page["items"]]
            if not (after := page["next"]):
                return collections.Counter(people)

    def count_invitations(self) -> collections.Counter[str]:
        """How many letters each address got, once each has one."""

        def count() -> collections.Counter[str]:
            letters = self.platform.bring_mails().glob("invite-*.eml")
            to = [
                str(message_from_bytes(path.read_bytes(), policy=default)["To"])
                for path in letters
            ]
            wanted = {row["email"] for row in self.sent.values()}
            found = collections.Counter(one for one in to if one in wanted)
            return found if found.keys() == wanted else collections.Counter()

        return until(count, RECEIPT_SECONDS, every=3.0)


class Watching(_Going):
    """A trainee who plays a lecture and reports every few seconds."""

    def __init__(self, trainee: Door, lecture_id: str) -> None:
        super().__init__()
        self.trainee, self.lecture_id = trainee, lecture_id
        self.at = 0.0

    def run(self) -> None:
        ticket = self.ask(lambda: chain.grant(self.trainee, self.lecture_id))
        who = {"player": "hurtplayer", "token": ticket["token"]}
        self.ask(lambda: self._tell(ticket, "starts", who))
        while not self.ended.wait(STEP_SECONDS):
            self.ask(lambda: self._fetch(ticket, self.at, self.at + STEP_SECONDS))
            played = {**who, "start": self.at, "end": self.at + STEP_SECONDS}
            said = self.ask(
                lambda played=played: self._tell(
                    ticket, "reports", {**played, "speed": 1.0}
                )
            )
            if said:
                self.at = said["counted_to"]

    def _tell(self, ticket: dict[str, Any], what: str, body: dict[str, Any]) -> Any:
        return chain.call(self.trainee, ticket, what, body)

    def _fetch(self, ticket: dict[str, Any], start: float, end: float) -> bool:
        """Take the segments of a stretch. Raises Refused for one that does not come."""
        length, name = ticket["segment_seconds"], ticket["renditions"][-1]
        for number in range(int(start / length), int(end / length) + 1):
            path = f"{ticket['prefix']}/{name}_{number:05d}.m4s"
            headers = {"Authorization": f"Bearer {self.trainee.token}"}
            got = urllib3.request("GET", self.trainee.url + path, headers=headers)
            if got.status not in (200, 404):
                raise Refused(got.status, "segment", path)
        return True

    def count_watched(self) -> float:
        """The seconds that the platform believes were watched."""
        granted = chain.grant(self.trainee, self.lecture_id)
        return float(granted["watch"]["watched"])


@contextmanager
def working(pushing: Pushing, watching: Watching) -> Iterator[None]:
    """While both go on."""
    for one in (pushing, watching):
        one.start()
    try:
        until(lambda: len(pushing.sent) > 3 and watching.at > 0, 120)
        yield
    finally:
        for one in (pushing, watching):
            one.end()


def require_nothing_lost(pushing: Pushing, watching: Watching) -> None:
    """Both still go on; then every row has one outcome, one enrolment, one invitation,
    and every second of the lecture that was played and said to count counts."""
    rows, seconds = len(pushing.sent), watching.at
    until(lambda: len(pushing.sent) > rows + 3 and watching.at > seconds, 120)
    for one in (pushing, watching):
        one.end()
    rows = len(pushing.sent)
    assert pushing.count_outcomes() == {"enrolled": rows}
    enrolled = pushing.count_enrolments()
    assert (len(enrolled) >= rows, set(enrolled.values())) == (True, {1})
    assert set(pushing.count_invitations().values()) == {1}
    assert watching.count_watched() >= watching.at
