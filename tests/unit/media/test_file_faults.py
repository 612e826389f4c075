"""Why a file is no lecture is told in the reader's language."""

import pytest
from gateway.texts import load_translations
from gateway.texts.refusals import REFUSALS
from media.api.lectures_shown import show_lecture
from media.domain.file_faults import FAULTS
from media.domain.lecture import Edition
from media.domain.upload import Upload

from tests.unit.media.fakes import FakeEditions


@pytest.mark.parametrize("code", FAULTS)
def test_every_fault_has_its_words_in_both_languages(code: str) -> None:
    assert REFUSALS[code] == FAULTS[code]
    assert load_translations("en").gettext(FAULTS[code]) not in ("", FAULTS[code])


@pytest.mark.parametrize(
    ("reason", "detail"),
    [
        ("no-picture", FAULTS["no-picture"]),
        ("转码失败：坏了", "转码失败：坏了"),
        ("", ""),
    ],
)
def test_a_reason_without_a_sentence_is_shown_as_it_is(
    reason: str, detail: str
) -> None:
    edition = Edition("v1", 1, "讲", "sources/v1/u1", 60.0, 100, reason=reason)
    upload = Upload("u1", "v1", "讲", 100, reason=reason)
    for lecture in (edition, upload):
        assert show_lecture(FakeEditions(), lecture).detail == detail
