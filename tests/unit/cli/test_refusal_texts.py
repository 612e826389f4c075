"""Refusals at a terminal: in its language, in the service's own words if it can be."""

import pytest
from biyong.refusal_texts import explain_refusal, terminal_language
from gateway.texts import load_translations
from gateway.texts.refusals import REFUSALS

CHINESE, ENGLISH = "没有班级 c9：请核对编号", "There is no class c9."


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "en_US.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "zh_TW", "LC_ALL": ""}, "zh"),
    ],
)
def test_the_environment_names_the_language(
    environ: dict[str, str], language: str
) -> None:
    assert terminal_language(environ) == language


def test_what_a_service_says_in_the_language_of_the_terminal_is_told_as_it_is() -> None:
    assert explain_refusal("unknown-class", CHINESE, {"LANG": "zh_CN"}) == CHINESE
    assert explain_refusal("unknown-class", ENGLISH, {}) == ENGLISH


def test_in_the_other_language_the_catalogue_has_a_sentence_for_the_code() -> None:
    sentence = REFUSALS["unknown-class"]
    assert explain_refusal("unknown-class", ENGLISH, {"LANG": "zh_CN"}) == sentence
    english = load_translations("en").ugettext(sentence)
    assert english != sentence
    assert explain_refusal("unknown-class", CHINESE, {}) == english


def test_a_code_without_a_sentence_is_told_as_the_service_did() -> None:
    assert explain_refusal("no-such-code", CHINESE, {}) == CHINESE
