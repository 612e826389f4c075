"""The markup of a cue: italics, bold, underline and who speaks; nothing else stays."""

import re
from dataclasses import dataclass, field

TAG = re.compile(r"<(/?)([A-Za-z]+)((?:[.\s/][^<>]*)?)>")
MOMENT = re.compile(r"<[\d:.]+>", re.ASCII)
OVERRIDE = re.compile(r"\{\\[^{}]*\}")
"""What programs for other formats leave in SubRip files: a place or a colour."""
STYLES = {"i", "b", "u"}
VOICE = "v"
DROPPED = {"c", "font", "lang"}
"""Tags that only dress their text, and the moments of karaoke: programs write them by
the thousand, and nothing of what is read is lost without them."""
ENTITIES = {
    "&lt;": "<",
    "&gt;": ">",
    "&quot;": '"',
    "&apos;": "'",
    "&nbsp;": "\u00a0",
    "&lrm;": "\u200e",
    "&rlm;": "\u200f",
    "&amp;": "&",
}
"""Those of WebVTT. The ampersand is the last: what it gives is no entity again."""
LONGEST_NAME = 80  # of who speaks


class BadMarkup(Exception):
    """A tag that is not allowed, or closes what is not open."""


@dataclass
class CueMarkup:
    """Reads the lines of one cue; tags may be closed in a later one."""

    open: list[str] = field(default_factory=list)

    def clean_line(self, line: str) -> tuple[str, str]:
        """A line with the markup that stays, and its bare text. Raises BadMarkup."""
        rest = MOMENT.sub("", OVERRIDE.sub("", line))
        pieces, bare, at = [], [], 0
        for tag in TAG.finditer(rest):
            text = unescape_text(rest[at : tag.start()])
            pieces += [escape_text(text), self._clean_tag(*tag.groups())]
            bare.append(text)
            at = tag.end()
        text = unescape_text(rest[at:])
        return "".join([*pieces, escape_text(text)]).strip(), "".join([*bare, text])

    def _clean_tag(self, slash: str, name: str, annotation: str) -> str:
        name = name.lower()
        if name in DROPPED:
            return ""
        if slash:
            if not self.open or self.open[-1] != name:
                raise BadMarkup
            self.open.pop()
            return f"</{name}>"
        if name in STYLES:
            self.open.append(name)
            return f"<{name}>"
        if name == VOICE:
            return self._begin_voice(annotation)
        raise BadMarkup

    def _begin_voice(self, annotation: str) -> str:
        """The tag of who speaks; it ends the words of who spoke before."""
        speaker = unescape_text(annotation.partition(" ")[2].strip())[:LONGEST_NAME]
        if not speaker:
            raise BadMarkup
        closed = ""
        if self.open and self.open[-1] == VOICE:
            closed = f"</{self.open.pop()}>"
        self.open.append(VOICE)
        return f"{closed}<v {escape_text(speaker)}>"

    def close_tags(self) -> str:
        """What closes the tags that are open at the cue's end."""
        closing = "".join(f"</{name}>" for name in reversed(self.open))
        self.open.clear()
        return closing


def unescape_text(text: str) -> str:
    """The characters that entities stand for."""
    if "&" not in text:
        return text
    for entity, character in ENTITIES.items():
        text = text.replace(entity, character)
    return text


def escape_text(text: str) -> str:
    """A text that no reader of WebVTT takes for a tag, an entity or a timing."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
