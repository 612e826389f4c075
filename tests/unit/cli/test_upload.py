"""A lecture file on its way in: what was sent before a cut is not sent again."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import msgspec
import pytest
from biyong.door import Away, Door, Refused
from biyong.upload import mark_of, upload_lecture

PART = 4


@dataclass
class Gateway:
    """Takes parts, until the line is cut before one of them."""

    cut_before: int = 0
    loses_answers: bool = False
    uploads: dict[str, dict[str, Any]] = field(default_factory=dict)
    parts: dict[str, dict[int, bytes]] = field(default_factory=dict)
    sent: list[int] = field(default_factory=list)
    deleted: set[str] = field(default_factory=set)

    ask = Door.ask

    def call(
        self,
        method: str,
        path: str,
        answer: type[Any],
        body: dict[str, Any] | None = None,
        *,
        raw: bytes = b"",
    ) -> object:
        """The answer as it is read from the line, or a refusal."""
        said = self._answer(method, path, body or {}, raw)
        return msgspec.json.decode(msgspec.json.encode(said), type=answer)

    def _answer(
        self, method: str, path: str, body: dict[str, Any], raw: bytes
    ) -> object:
        if path.split("/")[3] == "lectures":
            return self._making(path.split("/")[4])
        match (method, path.split("/")[4:]):
            case ("GET", []):
                shown = [self._shown(id_) for id_ in reversed(self.uploads)]
                return {"items": shown, "next": "", "room": 10**12}
            case ("POST", []):
                return self._begin(body)
            case ("GET", [id_]):
                return self._shown(id_)
            case ("PUT", [id_, "parts", number]):
                return self._take(id_, int(number), raw)
            case ("POST", [id_, "completion"]):
                self.uploads[id_]["state"] = "checking"
                if self.loses_answers:
                    raise Away("the line is cut")
                return {}
        raise Refused(404, "parts-through-here", path)

    def _making(self, lecture: str) -> dict[str, Any]:
        if lecture in self.deleted:
            raise Refused(404, "unknown-lecture", lecture)
        return {"lecture_id": lecture, "state": "ready"}

    def _begin(self, body: dict[str, Any]) -> dict[str, Any]:
        id_ = f"u{len(self.uploads)}"
        lecture = body["lecture_id"] or f"l{len(self.uploads)}"
        self.uploads[id_] = {**body, "id": id_, "state": "open", "lecture_id": lecture}
        self.parts[id_] = {}
        return self._shown(id_)

    def _shown(self, id_: str) -> dict[str, Any]:
        count = -(-self.uploads[id_]["bytes"] // PART)
        kept = sorted(self.parts[id_])
        return {**self.uploads[id_], "part_size": PART, "count": count, "parts": kept}

    def _take(self, id_: str, number: int, raw: bytes) -> dict[str, Any]:
        if number == self.cut_before:
            raise Away("the line is cut")
        self.sent.append(number)
        self.parts[id_][number] = raw
        return {}


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "film.mp4"
    path.write_bytes(b"aaaabbbbccccdd")
    return path


def sent(gateway: Gateway, film: Path, lecture: str | None = None) -> list[float]:
    """The shares that were told while it was sent."""
    shares: list[float] = []
    upload_lecture(cast(Door, gateway), film, "讲", shares.append, lecture)
    return shares


def lecture_of(
    gateway: Gateway, film: Path, lecture: str | None = None, title: str = "讲"
) -> str:
    """The lecture that it was sent to."""
    return upload_lecture(cast(Door, gateway), film, title, lambda _: None, lecture)


def test_a_file_is_sent_whole_and_its_share_is_told(film: Path) -> None:
    gateway = Gateway()
    assert sent(gateway, film) == [0.25, 0.5, 0.75, 1.0]
    assert b"".join(gateway.parts["u0"].values()) == film.read_bytes()
    assert gateway.uploads["u0"]["state"] == "checking"


def test_after_a_cut_only_what_is_missing_is_sent(film: Path) -> None:
    gateway = Gateway(cut_before=3)
    with pytest.raises(Away):
        sent(gateway, film)
    gateway.cut_before = 0
    assert sent(gateway, film) == [0.25, 0.5, 0.75, 1.0]
    assert gateway.sent == [1, 2, 3, 4]
    assert list(gateway.uploads) == ["u0"]


def test_a_part_that_came_out_of_turn_is_not_sent_again(film: Path) -> None:
    gateway = Gateway(cut_before=2)
    with pytest.raises(Away):
        sent(gateway, film)
    gateway.parts["u0"][3] = b"cccc"
    gateway.cut_before = 0
    sent(gateway, film)
    assert gateway.sent == [1, 2, 4]
    assert gateway.parts["u0"][4] == b"dd"


@pytest.mark.parametrize("content", [b"aaaabbbbccccde", b"aaaabbbbccccd"])
def test_another_file_is_another_upload(film: Path, content: bytes) -> None:
    gateway = Gateway(cut_before=3)
    with pytest.raises(Away):
        sent(gateway, film)
    film.write_bytes(content)
    gateway.cut_before = 0
    sent(gateway, film)
    assert list(gateway.uploads) == ["u0", "u1"]


def test_the_same_file_for_another_lecture_is_another_upload(film: Path) -> None:
    gateway = Gateway(cut_before=3)
    for lecture in ("l1", "l2"):
        with pytest.raises(Away):
            sent(gateway, film, lecture)
    assert [one["lecture_id"] for one in gateway.uploads.values()] == ["l1", "l2"]


def test_when_the_last_answer_is_lost_the_next_run_sends_nothing_again(
    film: Path,
) -> None:
    gateway = Gateway(loses_answers=True)
    with pytest.raises(Away):
        sent(gateway, film)
    gateway.loses_answers = False
    assert sent(gateway, film) == [1.0]
    assert lecture_of(gateway, film) == "l0"
    assert (gateway.sent, list(gateway.uploads)) == ([1, 2, 3, 4], ["u0"])


@pytest.mark.parametrize("lecture", [None, "l9"])
def test_what_is_a_lecture_by_now_is_not_sent_again(
    film: Path, lecture: str | None
) -> None:
    gateway = Gateway()
    first = lecture_of(gateway, film, lecture)
    gateway.uploads["u0"]["state"] = "accepted"
    assert lecture_of(gateway, film, lecture) == first
    assert list(gateway.uploads) == ["u0"]


@pytest.mark.parametrize("state", ["open", "checking", "accepted"])
def test_what_was_sent_to_a_lecture_is_no_lecture_of_its_own(
    film: Path, state: str
) -> None:
    gateway = Gateway()
    lecture_of(gateway, film, "l9")
    gateway.uploads["u0"]["state"] = state
    assert lecture_of(gateway, film) == "l1"
    gateway.uploads["u1"]["state"] = state
    assert lecture_of(gateway, film, "l1") == "l1"
    assert list(gateway.uploads) == ["u0", "u1", "u2"]


def test_the_same_file_under_another_title_is_another_lecture(film: Path) -> None:
    gateway = Gateway()
    titles = ("上", "下", "上")
    assert [lecture_of(gateway, film, title=t) for t in titles] == ["l0", "l1", "l0"]


def test_what_was_refused_or_given_up_is_sent_again(film: Path) -> None:
    gateway = Gateway()
    sent(gateway, film)
    gateway.uploads["u0"]["state"] = "refused"
    assert lecture_of(gateway, film) == "l1"


def test_the_file_of_a_lecture_that_was_deleted_is_sent_again(film: Path) -> None:
    gateway = Gateway()
    sent(gateway, film)
    gateway.uploads["u0"]["state"] = "accepted"
    gateway.deleted.add("l0")
    assert lecture_of(gateway, film) == "l1"


@pytest.mark.parametrize(("second", "count"), [("accepted", 3), ("refused", 2)])
def test_a_file_that_another_one_followed_becomes_the_newest_when_it_is_sent_again(
    film: Path, tmp_path: Path, second: str, count: int
) -> None:
    gateway, other = Gateway(), tmp_path / "other.mp4"
    other.write_bytes(b"another film")
    for path in (film, other):
        lecture_of(gateway, path, "l9")
    for upload in gateway.uploads.values():
        upload["state"] = "accepted"
    gateway.uploads["u1"]["state"] = second
    lecture_of(gateway, film, "l9")
    assert len(gateway.uploads) == count


def test_a_file_is_known_by_its_bytes_and_not_by_its_name(
    film: Path, tmp_path: Path
) -> None:
    moved = tmp_path / "moved.mkv"
    moved.write_bytes(film.read_bytes())
    assert mark_of(moved) == mark_of(film)
