"""Every page there is, as somebody is shown it: from the table of all routes.

The table has every route of the code (`tests/routes`), so a page that is new is among
these by itself. What a page looks like in a state that no line of the table brings
about (a list with nothing in it, a file with faults) is added in `states.py`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import urllib3

from tests.routes.scene import Scene
from tests.routes.table import CALLERS, Line, read_table

Fields = Mapping[str, str | tuple[str, str]]
"""Of a form: texts, and files by their name and content."""
NO_PAGES = (
    "/api/", "/v/", "/static/", "/pictures/", "/livez", "/readyz", "/metrics",
)  # fmt: skip
"""What programs ask for, which browsers never show by itself."""
FIRST = ("seated", "same", "staff", "plain", "anonymous")
"""Whose page of a route is looked at; the others' differ in the menu alone."""
OTHERS = ("first", *FIRST)
"""Whose page is read besides; the first has the longest menu."""
REFUSED = {403, 404}
"""Answered by one page, whatever was asked."""
LARGE = {"/docs", "/docs/catalog"}
"""What axe takes ten seconds for; it is shown with fewer rows too (`states.py`)."""
WHOLE = "<!doctype html>"
TIMEOUT = urllib3.Timeout(connect=3, read=30)


@dataclass(frozen=True)
class Shown:
    """A page of a route as a caller is shown it, or what a form is answered with.

    One that is `alike` another looks the same, so its text alone is read.
    """

    route: str
    caller: str
    path: str
    status: int = 200
    fields: Fields | None = None
    away: str = ""
    alike: bool = False

    def __str__(self) -> str:
        missing = f" without {self.away}" if self.away else ""
        return f"{self.route} for {self.caller}{missing}: {self.path} {self.status}"


def pages_of_table(scene: Scene) -> list[Shown]:
    """What the table's lines show: pages, forms that come back with what is wrong, and
    each kind of refusal once."""
    found: list[Shown] = []
    refusals: set[int] = set()
    for line in read_table():
        if line.rule.startswith(NO_PAGES):
            continue
        for one in _of_line(scene, line):
            if one.status in REFUSED:
                if one.status in refusals:
                    continue
                refusals.add(one.status)
            found.append(one)
    return found


def _of_line(scene: Scene, line: Line) -> Iterator[Shown]:
    """What it shows to the first who sees something, and to whom it is alike."""
    answers = dict(zip(CALLERS, line.answers, strict=True))
    seen: set[int] = set()
    for caller in dict.fromkeys((*FIRST, *OTHERS)):
        status = answers[caller]
        if (
            status // 100 == 3
            or status == 204
            or (line.method, status) == ("POST", 403)
        ):
            continue
        path = line.path(scene.values_for(line.given.values()))
        form = line.given.get("form", "nothing")
        fields = scene.body(form) if line.method == "POST" else None
        is_again = status in seen
        if is_again and (fields is not None or status >= 400):
            continue
        seen.add(status)
        alike = is_again or path in LARGE
        yield Shown(line.route, caller, path, status, fields, alike=alike)


def read_page(scene: Scene, shown: Shown, language: str) -> str:
    """The text of a whole page; empty where a part of one or a file comes."""
    headers = {"Accept": "text/html", "Accept-Language": language}
    if token := scene.doors[shown.caller].token:
        headers["Authorization"] = f"Bearer {token}"
    address = scene.platform.url + shown.path
    got = urllib3.request("GET", address, headers=headers, timeout=TIMEOUT)
    is_html = got.headers.get("Content-Type", "").startswith("text/html")
    text = got.data.decode() if is_html else ""
    return text if text.lstrip().lower().startswith(WHOLE) else ""
