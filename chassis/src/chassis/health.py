"""Whether this container's service is ready: `python -m chassis.health`."""

import os
import sys
import urllib.error
import urllib.request

SECONDS = 3


def main() -> None:
    """Exit 0 when `/readyz` says so, else 1 with what it says."""
    address = f"http://127.0.0.1:{os.environ['PORT']}/readyz"
    try:
        with urllib.request.urlopen(address, timeout=SECONDS):
            return
    except urllib.error.HTTPError as error:
        sys.exit(error.read().decode(errors="replace"))
    except OSError as error:
        sys.exit(f"{address}: {error}")


if __name__ == "__main__":
    main()
