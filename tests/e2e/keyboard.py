"""Somebody who has a keyboard and nothing else: every way is walked with Tab, and what
has the focus is always seen."""

from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Locator

from tests.e2e.teaching import Teacher

MOST_STEPS = 90
"""From one control of a page to any other; a longer way is no way."""
FOCUS_FAULT = """() => {
  const at = document.activeElement;
  if (!at || at === document.body || at === document.documentElement) return "lost";
  const { outlineStyle, outlineWidth } = getComputedStyle(at);
  if (outlineStyle === "none" || !parseFloat(outlineWidth)) return "without an outline";
  const box = at.getBoundingClientRect();
  const left = Math.max(box.left, 0), right = Math.min(box.right, innerWidth);
  const top = Math.max(box.top, 0), bottom = Math.min(box.bottom, innerHeight);
  if (left >= right || top >= bottom) return "out of sight";
  const seen = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
  return at.contains(seen) || seen?.contains(at) ? "" : "behind something";
}"""
"""What is wrong with how the focus is seen; nothing, if nothing is."""
IS_WALKED = "() => window.isWalked || (window.isWalked = true, false)"
"""Whether something was done in this page before; one that is new has no focus yet."""
AT = "() => document.activeElement.outerHTML.slice(0, 120)"


@dataclass
class Typist(Teacher):
    """A teacher without a mouse. An action is a control that is reached and used."""

    def __post_init__(self) -> None:
        # Playwright takes choosers over from when somebody listens, and does not wait
        # until it has: one opened in that moment is told to nobody
        self.page.on("filechooser", lambda _: None)

    def click(self, what: Locator) -> None:
        self.reach(what)
        self.press("Enter")

    def fill(self, label: str, text: str) -> None:
        self.reach(self.page.get_by_label(label, exact=True))
        self.press("ControlOrMeta+a")
        self.page.keyboard.type(text)

    def pick(self, label: str, value: str) -> None:
        field = self.page.get_by_label(label, exact=True)
        self.reach(field)
        self.actions += 1
        self.page.keyboard.press("Home")
        for _ in range(field.locator("option").count()):
            if field.input_value() == value:
                return
            self.page.keyboard.press("ArrowDown")
        assert field.input_value() == value

    def attach(self, what: Locator, file: Path, key: str = "Enter") -> None:
        self.reach(what)
        with self.page.expect_file_chooser() as chooser:
            self.press(key)
        chooser.value.set_files(file)

    def reach(self, what: Locator) -> None:
        """Walk to a control, back or forth. Whatever was done in this page before has
        left the focus somewhere."""
        what.wait_for()
        if self.page.evaluate(
            "() => window.isWalked || (window.isWalked = true, false)"
        ):
            self.see_focus()
        for _ in range(MOST_STEPS):
            if what.evaluate("it => it === document.activeElement"):
                return
            self.page.keyboard.press(self._find_way(what))
            self.see_focus()
        raise AssertionError(f"not within {MOST_STEPS} steps: {what}")

    def _find_way(self, what: Locator) -> str:
        is_behind = what.evaluate(
            "it => Boolean(it.compareDocumentPosition(document.activeElement)"
            " & Node.DOCUMENT_POSITION_FOLLOWING)"
        )
        return "Shift+Tab" if is_behind else "Tab"

    def see_focus(self) -> None:
        """Something has the focus, and it is seen which."""
        fault = self.page.evaluate(FOCUS_FAULT)
        assert not fault, f"the focus is {fault}: {self.page.evaluate(AT)}"
