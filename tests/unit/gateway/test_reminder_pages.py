"""Officers and staff remind people of a class, and are told what became of it."""

from typing import Any

import pytest
from chassis.http.problem import Problem
from gateway.clients.reminders import ReminderSender
from gateway.identity.account import OFFICER, STAFF, TRAINEE
from gateway.pages.officer.person import PersonPages
from gateway.pages.officer.reminders import ReminderPages
from gateway.pages.public.account import AccountPages
from gateway.pages.trainee.badges import BadgePages
from gateway.pages.trainee.inbox import InboxPages

from tests.unit.gateway.scene import Scene, Service, scene
from tests.unit.gateway.test_participant_pages import enrolment

CLASS = {
    "id": "c1", "course_id": "k1", "title": "三月班", "capacity": 9,
    "starts_on": "2026-03-01", "ends_on": "2026-12-31", "point": "", "form": "online",
    "state": "open", "version": 1,
}  # fmt: skip
PERSON = {
    "person_id": "p1", "name": "王小明", "phone": "138••••0001", "email": "",
    "has_id_number": False, "memberships": [], "version": 1,
}  # fmt: skip
NOTICE = {
    "id": "e1.1.0", "kind": "seat-taken", "at": "2026-03-01T04:00:00Z", "read": True,
    "words": {"class_id": "c1", "class_title": "三月班"},
}  # fmt: skip
PATH = "/classes/c1/reminders"


class Sent(Service):
    """Notify, and under which key it was asked."""

    keys: list[str]

    def send_request(
        self, method: str, path: tuple[str, ...], answer: Any, **more: Any
    ) -> Any:
        self.keys = [*getattr(self, "keys", []), more["headers"]["Idempotency-Key"]]
        return super().send_request(method, path, answer, **more)


def before(role: str = OFFICER, **class_: str) -> Scene:
    notify = Sent("notify")
    notify.answers["/reminders"] = {"reminded": ["p1"], "known": ["p2"]}
    made = scene(ReminderPages(ReminderSender(notify)), role)  # type: ignore[arg-type]
    made.services["notify"] = notify
    made.services["catalog"].answers["/classes/c1"] = CLASS | class_
    found = {"person_ids": ["p1", "p2"]}
    made.services["enrollment"].answers["/classes/c1/unfinished"] = found
    return made


def post(made: Scene, *people: str, language: str = "zh", once: str = "") -> Any:
    form = {"person": list(people), "once": once}
    return made.client.post(PATH, data=form, headers={"Accept-Language": language})


@pytest.mark.parametrize("role", [OFFICER, STAFF])
def test_who_is_seen_and_learns_is_reminded_and_the_others_are_counted(
    role: str,
) -> None:
    made = before(role)
    page = post(made, "p1", "p2", "p3", "p1")
    assert page.status_code == 200
    for line in ("已提醒 1 人", "1 人今天已经提醒过", "1 人没有提醒"):
        assert line in page.text
    [body] = made.services["notify"].bodies
    assert (body.class_id, body.person_ids) == ("c1", ["p1", "p2"])
    assert body.ends_on == "2026-12-31"


def test_the_form_sent_twice_comes_with_the_same_key() -> None:
    made = before()
    for _ in range(2):
        post(made, "p1", once="a-form-of-this-page")
    notify = made.services["notify"]
    assert isinstance(notify, Sent)
    assert notify.keys == ["a-form-of-this-page"] * 2


def test_those_picked_in_the_list_of_a_class_are_reminded_by_their_enrolments() -> None:
    made = before()
    listed = [enrolment("p1", 1), enrolment("p2", 2)]
    made.services["enrollment"].answers["/classes/c1/enrolments"] = {
        "items": listed, "next": "",
    }  # fmt: skip
    picked = ["c1.p1.1", "c1.p2.1", "c1.of-others.1"]
    for _ in range(2):
        form = {"enrolment": picked, "once": "a-form-of-this-page"}
        page = made.client.post(PATH, data=form, headers={"Accept-Language": "zh"})
    asked = [b for b in made.services["enrollment"].bodies if hasattr(b, "person_ids")]
    assert [body.person_ids for body in asked] == [["p1", "p2"]] * 2
    for line in ("已提醒 1 人", "1 人没有提醒", 'href="/classes/c1/people"'):
        assert line in page.text
    made.client.post(PATH, data=form | {"enrolment": picked[1:]})
    notify = made.services["notify"]
    assert isinstance(notify, Sent)
    first, again, _ = notify.keys
    assert first == again, "the same form is one request"


def test_in_english_it_says_the_same() -> None:
    assert "Reminded: 1" in post(before(), "p1", "p2", language="en").text


def test_where_nobody_may_be_reminded_notify_is_not_asked() -> None:
    made = before()
    made.services["enrollment"].answers["/classes/c1/unfinished"] = {"person_ids": []}
    page = post(made, "p9")
    assert (page.status_code, "1 人没有提醒" in page.text) == (200, True)
    assert made.services["notify"].asked == []
    assert 'href="/people/p9"' in page.text, "the way back to the one it was about"


@pytest.mark.parametrize(
    ("people", "class_", "status"),
    [((), {}, 422), (("p1",) * 501, {}, 422), (("p1",), {"state": "over"}, 409)],
)
def test_what_makes_no_sense_is_refused_and_nobody_is_told(
    people: tuple[str, ...], class_: dict[str, str], status: int
) -> None:
    made = before(**class_)
    assert post(made, *people).status_code == status
    assert made.services["notify"].asked == []


def test_a_trainee_reminds_nobody() -> None:
    assert post(before(TRAINEE), "p1").status_code == 403


def test_while_a_service_is_away_the_page_says_so() -> None:
    made = before()
    away = Problem(503, "service-away", "It does not answer.")
    made.services["notify"].answers["/reminders"] = away
    assert post(made, "p1").status_code == 503


def test_on_a_persons_page_one_is_reminded_of_what_still_runs() -> None:
    made = scene(PersonPages(lambda _: {}, lambda _: {}), OFFICER)
    states = {"c1": "seated", "c2": "waiting", "c3": "seated"}
    made.services["enrollment"].answers |= {
        "/people/p1": PERSON,
        "/people/p1/changes": [],
        "/people/p1/enrolments": [
            {"id": id_, "class_id": id_, "course_id": "k1", "person_id": "p1",
             "branch_id": "dongcheng", "ticket": 1, "state": state}
            for id_, state in states.items()
        ],
    }  # fmt: skip
    over = CLASS | {"id": "c3", "state": "over"}
    classes = [CLASS, CLASS | {"id": "c2"}, over]
    made.services["catalog"].answers["/classes"] = {"items": classes, "next": ""}
    page = made.get("/people/p1").text
    assert [f"/classes/{id_}/reminders" in page for id_ in states] == [
        True, False, False,
    ]  # fmt: skip


def test_a_notice_is_opened_and_leads_on_to_what_it_is_about() -> None:
    made = scene(InboxPages(), TRAINEE)
    made.services["notify"].answers["/notices/e1.1.0/read"] = NOTICE
    opened = made.get("/inbox/e1.1.0")
    assert (opened.status_code, opened.location) == (303, "/classes/c1")
    assert made.services["notify"].asked == ["/notices/e1.1.0/read"]
    assert made.get("/inbox/other").status_code == 404


def test_a_reminder_in_the_inbox_names_the_day_as_people_write_it() -> None:
    made = scene(InboxPages(), TRAINEE)
    words = {"class_title": "三月班", "class_id": "c1", "ends_on": "2026-12-31"}
    reminder = NOTICE | {"kind": "reminder", "read": False, "words": words}
    inbox = {"items": [reminder], "next": "", "unread": 1}
    made.services["notify"].answers["/notices"] = inbox
    assert "2026年12月31日" in made.get("/inbox").text
    assert "December 31, 2026" in made.get("/inbox", "en").text


@pytest.mark.parametrize(("known", "told"), [("", ["en"]), ("zh", [])])
def test_the_language_of_the_pages_is_that_of_the_letters_until_one_is_chosen(
    known: str, told: list[str]
) -> None:
    made = scene(BadgePages(), TRAINEE)
    notify = made.services["notify"]
    notify.answers["/notices/unread"] = {"unread": 2, "language": known}
    assert made.get("/badges", "en").json["/inbox"]["count"] == 2
    assert [body.language for body in notify.bodies] == told


def test_who_chooses_a_language_is_written_to_in_it() -> None:
    made = scene(AccountPages(None), TRAINEE)  # type: ignore[arg-type]
    notify = made.services["notify"]
    notify.answers["/preferences/language"] = {"language": "en"}
    for wanted in ("en", "fr"):
        assert made.client.post(f"/language/{wanted}").status_code == 303
    assert [body.language for body in notify.bodies] == ["en"]


@pytest.mark.parametrize("role", ["", OFFICER])
def test_of_who_gets_no_notices_notify_hears_nothing(role: str) -> None:
    made = scene(AccountPages(None), *([role] if role else []))  # type: ignore[arg-type]
    assert made.client.post("/language/en").status_code == 303
    assert made.services["notify"].asked == []
