"""The texts of letters and messages, by channel, language and kind."""

from collections.abc import Mapping
from importlib.resources import files
from string import Template

from fields.texts import is_control, is_invisible, with_single_spaces

from notify.domain.notice import MAIL, ZH, Mail
from notify.usecases.ports import Refused

TEXTS = files("notify").joinpath("texts")
WITH_LINES = frozenset({"entries", "text"})
"""Words that have lines of their own: of a digest, and what staff write."""


def letter_kinds(channel: str = MAIL) -> frozenset[str]:
    """The kinds that there are texts for on a channel."""
    names = (text.name for text in TEXTS.joinpath(channel, ZH).iterdir())
    return frozenset(n.removesuffix(".txt") for n in names if n.endswith(".txt"))


def fill_text(mail: Mail, words: Mapping[str, str]) -> str:
    """The text of a mail's kind; each word that is filled in stays one line,
    but for those that have lines of their own.

    It is Chinese where there is none in its language. Raises Refused: unknown-kind.
    """
    if mail.kind not in letter_kinds(mail.channel):
        raise Refused("unknown-kind")
    folder = TEXTS.joinpath(mail.channel)
    source = folder.joinpath(mail.language, f"{mail.kind}.txt")
    if not source.is_file():
        source = folder.joinpath(ZH, f"{mail.kind}.txt")
    shown = {key: _show_word(key, word) for key, word in words.items()}
    return Template(source.read_text("utf-8")).safe_substitute(shown)


def subject_of(mail: Mail) -> str:
    """The first line of a mail's text. Raises Refused: unknown-kind."""
    return one_line(fill_text(mail, mail.words).partition("\n\n")[0])


def _show_word(key: str, word: str) -> str:
    if key not in WITH_LINES:
        return one_line(word)
    return "\n".join(one_line(line) for line in word.splitlines())


def one_line(word: str) -> str:
    """A text as one line that shows nothing but itself."""
    shown = (" " if is_control(c) else c for c in word if not is_invisible(c))
    return with_single_spaces("".join(shown))
