"""What a browser sends of a form that a page shows and nobody touched."""

from html.parser import HTMLParser

Attributes = list[tuple[str, str | None]]


class FormReader(HTMLParser):
    """Reads the values of the fields of the forms that are posted."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[tuple[str, str]] = []
        self.is_posted = self.is_blank = False
        self.open: tuple[str, list[str]] | None = None
        self.select = ""

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        known = {name: value or "" for name, value in attrs}
        name = known.get("name", "")
        if tag == "form":
            self.is_posted = known.get("method") == "post"
        elif tag == "template":
            self.is_blank = True
        elif not self.is_posted or self.is_blank:
            return
        elif tag == "textarea":
            self.open = (name, [])
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select and "selected" in known:
            self.sent.append((self.select, known.get("value", "")))
        elif tag == "input" and _is_sent(known):
            self.sent.append((name, known.get("value", "on")))

    def handle_data(self, data: str) -> None:
        if self.open:
            self.open[1].append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self.open:
            name, parts = self.open
            self.sent.append((name, "".join(parts).removeprefix("\r").lstrip("\n")))
            self.open = None
        elif tag in ("form", "select", "template"):
            self.select = ""
            self.is_blank = self.is_blank and tag != "template"
            self.is_posted = self.is_posted and tag != "form"


def _is_sent(known: dict[str, str]) -> bool:
    if known.get("type") in ("radio", "checkbox"):
        return "checked" in known
    return known.get("type") not in ("file", "submit", "button")


def read_form(page: str) -> dict[str, list[str]]:
    """The values of each field, in their order."""
    reader = FormReader()
    reader.feed(page)
    sent: dict[str, list[str]] = {}
    for name, value in reader.sent:
        sent.setdefault(name, []).append(value)
    return sent
