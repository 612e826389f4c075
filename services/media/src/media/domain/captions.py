"""The captions of a lecture in one language."""

import re
from dataclasses import dataclass, replace

from media.domain.cue import Cue, render_vtt
from media.domain.errors import EditConflict, LanguageRefused

LANGUAGE = re.compile(r"([A-Za-z]{2,3})(?:-([A-Za-z]{4}))?(?:-([A-Za-z]{2}|[0-9]{3}))?")
"""Of BCP 47 what captions need: a language, perhaps how it is written and where."""
MOST_LANGUAGES = 20
"""Of a lecture: more than any has, and a list that a person can choose from."""
NAMES = {
    "zh": "中文",
    "zh-CN": "中文",
    "zh-Hans": "简体中文",
    "zh-Hant": "繁體中文",
    "zh-TW": "繁體中文（台灣）",
    "zh-HK": "繁體中文（香港）",
    "yue": "粤语",
    "en": "English",
    "bo": "བོད་ཡིག",
    "ug": "ئۇيغۇرچە",
    "mn": "Монгол",
    "kk": "Қазақша",
    "ko": "한국어",
    "ja": "日本語",
    "ru": "Русский",
    "fr": "Français",
    "de": "Deutsch",
    "es": "Español",
    "pt": "Português",
    "it": "Italiano",
    "vi": "Tiếng Việt",
    "th": "ไทย",
    "ar": "العربية",
}
"""Languages as they call themselves: who reads one finds it."""
BEHIND_END = "behind-end"
"""The warning of captions that go on behind the end of their lecture."""


@dataclass(frozen=True)
class CaptionTrack:
    """Captions in one language: clean WebVTT, and what is known of it.

    `last_start` is when the last cue begins. What was deleted stays as a row without
    text, so that no version is ever given twice.
    """

    lecture_id: str
    language: str
    label: str
    text: str
    cues: int
    last_start: float
    changed: float
    account: str
    is_deleted: bool = False
    version: int = 0

    @property
    def id(self) -> str:
        """Lecture and language."""
        return track_id(self.lecture_id, self.language)

    def find_warnings(self, seconds: float | None) -> list[str]:
        """The codes of what does not go with a lecture of so many seconds."""
        is_behind = seconds is not None and self.last_start >= seconds
        return [BEHIND_END] if is_behind else []

    def delete(self, now: float) -> "CaptionTrack":
        """The track without its text."""
        return replace(self, text="", cues=0, changed=now, is_deleted=True)


def track_id(lecture_id: str, language: str) -> str:
    """The id of a lecture's captions in a language."""
    return f"{lecture_id}.{language}"


def create_track(
    lecture_id: str,
    language: str,
    label: str,
    cues: tuple[Cue, ...],
    changed: float,
    account: str,
) -> CaptionTrack:
    """Captions of these cues; without a label they are called as their language is."""
    return CaptionTrack(
        lecture_id,
        language,
        label or name_language(language),
        render_vtt(cues),
        len(cues),
        max(cue.timing.start for cue in cues) / 1000,
        changed,
        account,
    )


def require_version(stored: CaptionTrack | None, wanted: int | None) -> None:
    """Raises EditConflict unless the captions are of the version that was seen.

    None stands for whichever there is, and 0 for none.
    """
    there = 0 if stored is None or stored.is_deleted else stored.version
    if wanted is not None and wanted != there:
        raise EditConflict(there)


def read_language(written: str) -> str:
    """A language tag in its usual letters. Raises LanguageRefused."""
    match = LANGUAGE.fullmatch(written)
    if match is None:
        raise LanguageRefused
    language, script, region = match.groups()
    parts = [
        language.lower(),
        script and script.title(),
        region and region.upper(),
    ]
    return "-".join(part for part in parts if part)


def name_language(language: str) -> str:
    """What a language calls itself; its tag where that is not known."""
    if language in NAMES:
        return NAMES[language]
    primary, _, rest = language.partition("-")
    return f"{NAMES[primary]} ({rest})" if primary in NAMES else language
