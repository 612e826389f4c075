"""What a refusal says in the language of whoever sits at the terminal."""

import os
import unicodedata
from collections.abc import Mapping

from gateway.texts import load_translations
from gateway.texts.refusals import REFUSALS

VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")
"""Where POSIX says which language messages have, the strongest first."""


def terminal_language(environ: Mapping[str, str]) -> str:
    """Chinese where the environment says so, else English as all of the command."""
    named = next((environ[name] for name in VARIABLES if environ.get(name)), "")
    return "zh" if named.lower().startswith("zh") else "en"


def explain_refusal(
    slug: str, detail: str, environ: Mapping[str, str] = os.environ
) -> str:
    """What a service said, if that is in the terminal's language; else the sentence
    that the catalogue has for the code.

    The service's own words come first because they name the case.
    """
    language = terminal_language(environ)
    is_chinese = any(unicodedata.name(sign, "").startswith("CJK") for sign in detail)
    if is_chinese == (language == "zh") or slug not in REFUSALS:
        return detail
    return str(load_translations(language).ugettext(REFUSALS[slug]))
