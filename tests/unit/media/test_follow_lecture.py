"""How far a lecture is, told from the beginning of its upload on."""

from dataclasses import replace
from typing import cast

import pytest
from media.domain.errors import UnknownLecture
from media.domain.lecture import DELETED, FAILED, READY, TRANSCODING, Edition
from media.domain.upload import (
    ACCEPTED,
    CHECKING,
    GIVEN_UP,
    LAPSED,
    OPEN,
    REFUSED,
    Upload,
)
from media.usecases.follow_lecture import follow_lecture
from media.usecases.ports import Editions, Uploads

UPLOAD = Upload("u", "l", "第一讲", 100)
EDITION = Edition("l", 1, "第一讲", "sources/l/u", 60.0, 100)


class Latest:
    """Editions or uploads of which only the newest is asked for."""

    def __init__(self, newest: Edition | Upload | None) -> None:
        self.newest = newest

    def get_latest(self, lecture_id: str) -> Edition | Upload | None:
        return self.newest


def followed(edition: Edition | None, upload: Upload | None) -> tuple[str, str]:
    found = follow_lecture(
        cast(Editions, Latest(edition)), cast(Uploads, Latest(upload)), "l"
    )
    return found.state, found.reason


@pytest.mark.parametrize("state", [OPEN, CHECKING])
def test_a_lecture_is_as_far_as_its_upload_until_it_has_an_edition(state: str) -> None:
    assert followed(None, replace(UPLOAD, state=state)) == (state, "")


def test_a_refused_upload_says_why() -> None:
    refused = replace(UPLOAD, state=REFUSED, reason="没有画面")
    assert followed(None, refused) == (REFUSED, "没有画面")


@pytest.mark.parametrize("state", [TRANSCODING, READY])
def test_an_edition_that_stands_is_told_whatever_is_uploaded_anew(state: str) -> None:
    edition = replace(EDITION, state=state)
    assert followed(edition, replace(UPLOAD, state=REFUSED, reason="x")) == (state, "")


def test_a_failed_edition_is_told_until_another_file_comes() -> None:
    failed = replace(EDITION, state=FAILED, reason="转码失败")
    assert followed(failed, replace(UPLOAD, state=ACCEPTED)) == (FAILED, "转码失败")
    assert followed(failed, replace(UPLOAD, state=CHECKING)) == (CHECKING, "")


@pytest.mark.parametrize("reason", [LAPSED, GIVEN_UP])
def test_an_upload_that_nobody_finished_says_less_than_the_edition(reason: str) -> None:
    failed = replace(EDITION, state=FAILED, reason="cut-short")
    ended = replace(UPLOAD, state=REFUSED, reason=reason)
    assert followed(failed, ended) == (FAILED, "cut-short")
    assert followed(None, ended) == (REFUSED, reason)


@pytest.mark.parametrize("upload", [None, ACCEPTED, REFUSED])
def test_what_was_deleted_is_no_lecture(upload: str | None) -> None:
    deleted = replace(EDITION, state=DELETED)
    last = replace(UPLOAD, state=upload, reason=DELETED) if upload else None
    with pytest.raises(UnknownLecture):
        followed(deleted, last)
    assert followed(deleted, replace(UPLOAD, state=CHECKING)) == (CHECKING, "")


def test_what_was_never_uploaded_is_no_lecture() -> None:
    with pytest.raises(UnknownLecture):
        followed(None, None)
