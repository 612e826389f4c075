"""What a browser calls itself, in the few words by which a person knows it again."""

BROWSERS = (
    ("MicroMessenger", "WeChat"),
    ("wxwork", "WeCom"),
    ("DingTalk", "DingTalk"),
    ("HuaweiBrowser", "Huawei Browser"),
    ("QQBrowser", "QQ Browser"),
    ("UCBrowser", "UC Browser"),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
"""Marks in a User-Agent, special ones first: nearly all say Chrome and Safari."""
SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"),
    ("OpenHarmony", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Macintosh", "macOS"),
    ("Linux", "Linux"),
)
LONGEST_AGENT = 500
"""What is longer is no browser's."""
LONGEST_NAME = 40


def device_name(user_agent: str) -> str:
    """Browser and system, such as "WeChat · Android"; of a script its own name."""
    agent = user_agent[:LONGEST_AGENT]
    found = [_first_of(BROWSERS, agent), _first_of(SYSTEMS, agent)]
    named = " · ".join(filter(None, found))
    own_name = "".join(filter(str.isprintable, agent.partition("/")[0]))
    return named or own_name[:LONGEST_NAME]


def _first_of(marks: tuple[tuple[str, str], ...], agent: str) -> str:
    return next((name for mark, name in marks if mark in agent), "")
