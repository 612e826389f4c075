"""Why a file is no lecture is told in the reader's language."""

import pytest
from gateway.pages.words import REFUSALS
from gateway.texts import translations
from media.domain.file_faults import FAULTS


@pytest.mark.parametrize("code", FAULTS)
def test_every_fault_has_its_words_in_both_languages(code: str) -> None:
    assert REFUSALS[code] == FAULTS[code]
    assert translations("en").gettext(FAULTS[code]) not in ("", FAULTS[code])
