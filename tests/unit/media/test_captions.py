"""Captions of a lecture: put, replaced, found and deleted, by language."""

import pytest
from media.domain.captions import (
    BEHIND_END,
    MOST_LANGUAGES,
    name_language,
    read_language,
)
from media.domain.errors import (
    CaptionsRefused,
    EditConflict,
    LanguageRefused,
    TooManyLanguages,
    UnknownCaptions,
    UnknownLecture,
)
from media.domain.lecture import DELETED, FAILED
from media.usecases.delete_captions import delete_captions
from media.usecases.delete_lecture import delete_lecture
from media.usecases.find_captions import find_captions, find_seconds, require_captions
from media.usecases.put_captions import NewCaptions, PutCaptions

from tests.unit.media.fakes import (
    Clock,
    FakeEditions,
    FakeTracks,
    FakeUploads,
    an_edition,
    an_upload,
)

FILE = b"00:01.000 --> 00:02.000\nx\n"
LATE = b"00:11.000 --> 00:12.000\nx\n"


class Desk:
    """Use cases on one lecture of ten seconds."""

    def __init__(self) -> None:
        self.tracks, self.clock = FakeTracks(), Clock()
        self.editions, self.uploads = FakeEditions().put(an_edition()), FakeUploads()
        self.uploads.create(an_upload(lecture="v2"))

    def put(
        self,
        content: bytes = FILE,
        language: str = "zh-CN",
        version: int | None = None,
        lecture: str = "v1",
        label: str = "",
    ) -> int:
        """Put captions; the version they have."""
        put = PutCaptions(self.tracks, self.editions, self.uploads, self.clock)
        new = NewCaptions(lecture, language, label, content, "jiaowu", version)
        return put(new).version

    def languages(self, lecture: str = "v1") -> list[str]:
        found = find_captions(self.tracks, self.editions, self.uploads, lecture)
        return [track.language for track in found]


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_captions_are_put_and_replaced_whole(desk: Desk) -> None:
    assert [desk.put(), desk.put(), desk.put(language="en")] == [1, 2, 1]
    assert desk.languages() == ["en", "zh-CN"]
    track = require_captions(desk.tracks, "v1", "zh-cn")
    assert (track.label, track.cues, track.last_start) == ("中文", 1, 1.0)
    assert track.account == "jiaowu"
    assert track.text.startswith("WEBVTT")


def test_a_label_can_be_given(desk: Desk) -> None:
    desk.put(label="中文（无障碍）")
    assert require_captions(desk.tracks, "v1", "zh-CN").label == "中文（无障碍）"


def test_a_language_has_one_form_however_it_is_written(desk: Desk) -> None:
    assert [desk.put(language="ZH-cn"), desk.put(language="zh-CN")] == [1, 2]
    assert read_language("zh-hant-hk") == "zh-Hant-HK"
    assert read_language("es-419") == "es-419"


@pytest.mark.parametrize("written", ["", "中文", "chinese", "zh_CN", "zh-", "../en"])
def test_what_is_no_language_is_refused(desk: Desk, written: str) -> None:
    with pytest.raises(LanguageRefused):
        desk.put(language=written)
    with pytest.raises(UnknownCaptions):
        require_captions(desk.tracks, "v1", written)


def test_languages_call_themselves() -> None:
    assert name_language("en") == "English"
    assert name_language("en-GB") == "English (GB)"
    assert name_language("nan") == "nan"


def test_who_saw_another_version_replaces_nothing(desk: Desk) -> None:
    assert desk.put(version=0) == 1
    assert desk.put(version=1) == 2
    for seen in (0, 1, 3):
        with pytest.raises(EditConflict) as refused:
            desk.put(version=seen)
        assert refused.value.members == {"version": 2}


def test_of_two_who_saw_the_same_one_replaces_it(desk: Desk) -> None:
    desk.put()
    desk.tracks.meanwhile.append(lambda: desk.put())
    with pytest.raises(EditConflict):
        desk.put(version=1)


def test_deleted_captions_are_gone_and_their_versions_do_not_come_again(
    desk: Desk,
) -> None:
    desk.put()
    with pytest.raises(EditConflict):
        delete_captions(desk.tracks, "v1", "zh-CN", 7, 1.0)
    delete_captions(desk.tracks, "v1", "zh-CN", 1, 1.0)
    assert desk.languages() == []
    assert desk.tracks.rows["v1", "zh-CN"].text == ""
    with pytest.raises(UnknownCaptions):
        delete_captions(desk.tracks, "v1", "zh-CN", None, 1.0)
    assert desk.put(version=0) == 3


def test_a_file_with_faults_replaces_nothing(desk: Desk) -> None:
    desk.put()
    with pytest.raises(CaptionsRefused):
        desk.put(b"nothing")
    assert require_captions(desk.tracks, "v1", "zh-CN").version == 1


def test_captions_that_go_on_behind_a_lecture_whose_length_is_known_are_refused(
    desk: Desk,
) -> None:
    with pytest.raises(CaptionsRefused):
        desk.put(LATE)


def test_captions_of_a_lecture_that_is_not_made_yet_are_taken_and_warned_of_then(
    desk: Desk,
) -> None:
    assert desk.put(LATE, lecture="v2") == 1
    track = require_captions(desk.tracks, "v2", "zh-CN")
    assert track.find_warnings(find_seconds(desk.editions, "v2")) == []
    assert track.find_warnings(10.0) == [BEHIND_END]
    assert track.find_warnings(11.5) == []


def test_the_length_is_that_of_the_newest_file_that_is_no_failure() -> None:
    editions = FakeEditions().put(
        an_edition(1), an_edition(2, FAILED), an_edition(3, DELETED)
    )
    assert find_seconds(editions, "v1") == 10.0
    assert find_seconds(FakeEditions().put(an_edition(1, FAILED)), "v1") is None


def test_a_lecture_that_nobody_uploaded_has_none(desk: Desk) -> None:
    with pytest.raises(UnknownLecture):
        desk.put(lecture="v9")
    with pytest.raises(UnknownLecture):
        desk.languages("v9")


def test_a_lecture_has_no_more_languages_than_a_person_can_choose_from(
    desk: Desk,
) -> None:
    for number in range(MOST_LANGUAGES):
        desk.put(language=f"x{chr(97 + number)}")
    with pytest.raises(TooManyLanguages):
        desk.put(language="en")
    assert desk.put(language="xa") == 2


class Nowhere:
    """No course shows anything."""

    def find_courses_showing(self, lecture_id: str) -> list[str]:
        return []


def test_captions_go_with_their_lecture(desk: Desk) -> None:
    desk.put()
    desk.put(lecture="v2")
    delete_lecture(
        desk.editions, desk.uploads, Nowhere(), desk.tracks, "v1", desk.clock()
    )
    assert desk.tracks.find_by_lecture("v1") == []
    assert desk.languages("v2") == ["zh-CN"]
