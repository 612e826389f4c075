"""Views as plain functions: with nothing, with something, with a service away.

The pattern for a page: what the services answered goes in, what the template shows
comes out; a request is needed only for its language.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest
from contracts.http.catalog import ClassOut, CourseOut
from contracts.http.enrollment import OwnEnrolmentOut
from contracts.http.learning import CertificateOut, HoursOut, RecordOut
from contracts.http.media import WatchedOut
from contracts.http.notify import InboxOut, NoticeOut
from gateway.clients.parts import Unavailable
from gateway.pages.learning_record import view_progress
from gateway.pages.trainee.home import TraineeAnswers
from gateway.pages.trainee.home_view import TraineeHome, view_trainee_home
from gateway.pages.trainee.inbox import find_link, view_inbox
from gateway.pages.trainee.own_classes import ClassAnswers
from gateway.texts.notices import NOTICES
from werkzeug.datastructures import MultiDict

from tests.unit.gateway.nobody import shown_to_nobody
from tests.unit.gateway.samples import CERTIFICATE, CLASS, COURSE, SEATED, WAITING

AWAY = Unavailable("learning")
ENROLMENT = msgspec.convert(SEATED, OwnEnrolmentOut)
QUEUED = msgspec.convert(WAITING | {"class_id": "c2"}, OwnEnrolmentOut)
ISSUED = msgspec.convert(CERTIFICATE, CertificateOut)
KNOWN = {"c1": msgspec.convert(CLASS, ClassOut)}
TAUGHT = {"k1": msgspec.convert(COURSE, CourseOut)}
NO_CLASSES = ClassAnswers(
    today=date(2026, 12, 21),
    enrolments=[],
    record=RecordOut(courses=[], watched={}),
    certificates=[],
)
NOTHING = TraineeAnswers(
    own=NO_CLASSES,
    hours=HoursOut(year=2026, target=50, hours=0, entries=[]),
    areas=[],
)
Speak = Callable[[str], None]


@pytest.fixture
def speak() -> Iterator[Speak]:
    """A request of a reader of a language."""
    app = shown_to_nobody().application
    with ExitStack() as open_requests:

        def open_request(language: str) -> None:
            open_requests.close()
            spoken = {"Accept-Language": language}
            open_requests.enter_context(app.test_request_context(headers=spoken))

        yield open_request


def home(**answers: Any) -> TraineeHome:
    """The page for these answers; all others are empty."""
    whole = {name: answers.pop(name) for name in ("hours", "areas") if name in answers}
    own = replace(NO_CLASSES, **answers)
    return view_trainee_home(replace(NOTHING, own=own, **whole))


def test_a_newcomers_home_has_nothing_and_an_empty_ring(speak: Speak) -> None:
    speak("zh")
    shown = home()
    assert (shown.next_lesson, shown.to_do, shown.unseen) == (None, [], [])
    assert shown.certificate is None
    assert not isinstance(shown.hours, Unavailable)
    assert not shown.hours.ring.is_begun


def test_home_leads_on_where_one_stopped(speak: Speak) -> None:
    speak("zh")
    watched = RecordOut(courses=[], watched={"v1": 53})
    following = home(enrolments=[ENROLMENT], courses=TAUGHT, record=watched).next_lesson
    assert following is not None
    assert not isinstance(following, Unavailable)
    assert following.path == "/learn/k1/l1"
    assert (following.percent, following.clock) == (53, "01:00")


def reached(
    position: float, percent: int, completed: bool = False, lecture: str = "v1"
) -> dict[str, WatchedOut]:
    """What media says of a lecture of 60 seconds."""
    watched = WatchedOut(
        lecture_id=lecture,
        edition=1,
        position=position,
        percent=percent,
        completed=completed,
    )
    return {lecture: watched}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_home_goes_on_at_the_second_that_media_knows(
    speak: Speak, language: str
) -> None:
    speak(language)
    by_quarters = RecordOut(courses=[], watched={"v1": 25})
    begun = {"enrolments": [ENROLMENT], "courses": TAUGHT, "record": by_quarters}
    following = home(**begun, watched=reached(31.4, 48)).next_lesson
    assert following is not None
    assert not isinstance(following, Unavailable)
    assert (following.percent, following.reached) == (48, "00:31")
    while_away = home(**begun, watched=Unavailable("media")).next_lesson
    assert while_away is not None
    assert not isinstance(while_away, Unavailable)
    assert (while_away.percent, while_away.reached) == (25, "")
    assert (following.away, while_away.away) == (None, Unavailable("media"))


def test_home_passes_over_a_lesson_that_media_has_as_completed(speak: Speak) -> None:
    speak("zh")
    shown = home(
        enrolments=[ENROLMENT], courses=TAUGHT, watched=reached(60.0, 100, True)
    )
    assert shown.next_lesson is None


@pytest.mark.parametrize("position", [0.0, 0.4, 59.5, 60.0])
def test_there_is_nothing_to_go_on_from_at_the_beginning_and_at_the_end(
    position: float,
) -> None:
    course, record = TAUGHT["k1"], RecordOut(courses=[], watched={})
    assert view_progress(record, reached(position, 50), course).positions == {}
    middle = view_progress(record, reached(30.0, 50), course)
    assert middle.positions == {"v1": 30.0}


def test_how_far_one_is_comes_from_whichever_of_learning_and_media_answers() -> None:
    course, record = TAUGHT["k1"], RecordOut(courses=[], watched={"v1": 75})
    both = view_progress(record, reached(5.0, 40), course)
    assert (both.watched, both.done, both.away) == ({"v1": 75}, set(), None)
    completed = view_progress(AWAY, reached(60.0, 100, True), course)
    assert (completed.done, completed.away) == ({"l1"}, AWAY)
    alone = view_progress(record, Unavailable("media"), course)
    assert (alone.watched, alone.positions, alone.away) == ({"v1": 75}, {}, None)
    neither = view_progress(AWAY, Unavailable("media"), course)
    assert (neither.watched, neither.away) == ({}, AWAY)


def test_a_class_is_a_line_with_its_state_and_what_follows_from_it(
    speak: Speak,
) -> None:
    speak("zh")
    seated, waiting = home(enrolments=[ENROLMENT, QUEUED], classes=KNOWN).to_do
    assert (seated.title, seated.tone, waiting.title) == ("协商一班", "info", "c2")
    assert "2026年12月1日" in seated.about
    assert (waiting.tone, "2" in waiting.state) == ("wait", True)
    finished = home(enrolments=[ENROLMENT], certificates=[ISSUED])
    assert (finished.to_do, finished.has_seat) == ([], True)
    assert finished.certificate == ISSUED


def test_home_says_once_which_parts_it_lacks(speak: Speak) -> None:
    speak("zh")
    away = home(
        enrolments=AWAY,
        hours=AWAY,
        record=AWAY,
        certificates=AWAY,
        areas=AWAY,
        classes=AWAY,
        courses=AWAY,
    )
    assert away.unseen == [AWAY]
    assert (away.next_lesson, away.hours, away.certificate) == (AWAY, AWAY, AWAY)
    assert home(enrolments=[ENROLMENT, ENROLMENT], classes=AWAY).unseen == [AWAY]


def test_home_speaks_the_language_of_its_reader(speak: Speak) -> None:
    speak("zh")
    chinese = home(enrolments=[QUEUED]).to_do[0]
    speak("en")
    english = home(enrolments=[QUEUED]).to_do[0]
    assert (chinese.state, chinese.about) != (english.state, english.about)
    assert (english.state + english.about).isascii()


def notice(kind: str, words: dict[str, str], read: bool = False) -> NoticeOut:
    return NoticeOut(
        id="n", kind=kind, words=words, at=datetime(2026, 11, 28, tzinfo=UTC), read=read
    )


def test_an_empty_inbox_has_no_neighbours(speak: Speak) -> None:
    speak("zh")
    shown = view_inbox(InboxOut(items=[], unread=0, next=""), MultiDict())
    assert (shown.notices, shown.unread) == ([], 0)
    assert (shown.pages.previous, shown.pages.next) == (None, None)


@pytest.mark.parametrize(
    ("words", "link"),
    [
        ({"class_title": "第二批", "class_id": "c1"}, "/classes/c1"),
        ({"class_title": "第二批", "number": "BY-1"}, "/verify/BY-1"),
        ({"class_title": "第二批"}, "/record"),
    ],
)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_notice_is_a_sentence_that_leads_to_what_it_is_about(
    speak: Speak, language: str, words: dict[str, str], link: str
) -> None:
    speak(language)
    found = InboxOut(items=[notice("seat-taken", words)], unread=1, next="c")
    shown = view_inbox(found, MultiDict())
    assert [(line.link, line.is_new) for line in shown.notices] == [("/inbox/n", True)]
    assert find_link(found.items[0]) == link
    assert "第二批" in shown.notices[0].text
    assert (shown.notices[0].text == NOTICES["seat-taken"] % words) == (
        language == "zh"
    )
    assert shown.pages.next == "/inbox?back=&after=c"
