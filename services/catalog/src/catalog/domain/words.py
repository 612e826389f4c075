"""What a title is found by: Chinese by any one or two characters, others by prefix."""

import re

RUN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003134f]+|[a-z0-9]+")
LONGEST_PREFIX = 12
MOST_WORDS = 300


def words_of(*texts: str) -> list[str]:
    """Everything these texts are found by, the first texts' words kept first."""
    found: dict[str, None] = {}
    for run in RUN.findall(" ".join(texts).lower()):
        found |= dict.fromkeys(_parts(run))
    return sorted(list(found)[:MOST_WORDS])


def _parts(run: str) -> list[str]:
    if run.isascii():
        return [run[:end] for end in range(1, min(len(run), LONGEST_PREFIX) + 1)]
    return [*run, *_pairs(run)]


def words_asked(query: str) -> list[str]:
    """What must all be there for a query: pairs of Chinese, whole words of others."""
    asked: set[str] = set()
    for run in RUN.findall(query.lower()):
        if run.isascii():
            asked.add(run[:LONGEST_PREFIX])
        else:
            asked.update(_pairs(run) if len(run) > 1 else run)
    return sorted(asked)


def _pairs(run: str) -> list[str]:
    return [run[at : at + 2] for at in range(len(run) - 1)]
