"""Benches, one after the other: `make bench`, or `make bench ONLY=relay` for one."""

import importlib
import sys

ALL = (
    "store",
    "bus",
    "objects",
    "start",
    "roster",
    "rows",
    "sheets",
    "relay",
    "hearing",
    "single",
    "bare",
    "commands",
    "growth",
    "rest",
    "footprint",
    "quiet",
    "workers",
    "replicas",
    "waking",
    "web",
    "sign_in",
    "codes",
    "reach",
    "flood",
    "transcode",
    "upload",
    "watching",
    "edge",
    "viewers",
    "front",
    "pages",
    "officer",
    "lighthouse",
)


def main(*only: str) -> None:
    """Run those named, or all; each says its own bars."""
    unknown = set(only) - set(ALL)
    if unknown:
        sys.exit(f"no bench {', '.join(sorted(unknown))}: there are {', '.join(ALL)}")
    for name in only or ALL:
        bench = importlib.import_module(f"tests.bench.bench_{name}")
        if not only:
            print(f"\n{bench.__name__}")
        bench.main()


if __name__ == "__main__":
    main(*sys.argv[1:])
