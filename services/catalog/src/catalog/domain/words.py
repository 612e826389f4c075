"""Words a text is found by: Chinese by one or two characters, others by prefix."""

import re

from fields.texts import plain_text

IDEOGRAPHS = "\u3007\u3400-\u9fff\U00020000-\U0003fffd"
RUN = re.compile(rf"[{IDEOGRAPHS}]+|(?:(?![{IDEOGRAPHS}_])\w)+")
IDEOGRAPH = re.compile(f"[{IDEOGRAPHS}]")
LONGEST_PREFIX = 12
"""In characters: longer words are found by their first twelve."""


def words_of(*texts: str) -> list[str]:
    """The words that these texts are found by, as long as the texts are."""
    words: set[str] = set()
    for text in texts:
        for run in RUN.findall(plain_text(text)):
            words.update(_split_run(run))
    return sorted(words)


def _split_run(run: str) -> list[str]:
    if _is_chinese(run):
        return [*run, *_pairs_of_run(run)]
    return [run[:end] for end in range(1, min(len(run), LONGEST_PREFIX) + 1)]


def words_asked(query: str) -> list[str]:
    """The words that a query asks for: pairs of Chinese, whole words of others."""
    asked: set[str] = set()
    for part in query.split():
        for run in RUN.findall(plain_text(part)):
            if _is_chinese(run):
                asked.update(_pairs_of_run(run) if len(run) > 1 else run)
            else:
                asked.add(run[:LONGEST_PREFIX])
    return sorted(asked)


def _is_chinese(run: str) -> bool:
    return IDEOGRAPH.match(run) is not None


def _pairs_of_run(run: str) -> list[str]:
    return [run[at : at + 2] for at in range(len(run) - 1)]
