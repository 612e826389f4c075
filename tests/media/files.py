"""The corpus: every kind of file that media must judge rightly, in one table.

`tests/media/making.py` says how a kind is made and what may come of it.
"""

from tests.media.clocks import CLOCKS
from tests.media.containers import CONTAINERS
from tests.media.making import Kind, Ready, Refused, make
from tests.media.pictures import PICTURES
from tests.media.refused import REFUSED
from tests.media.sounds import SOUNDS

ALL = (*CONTAINERS, *CLOCKS, *SOUNDS, *PICTURES, *REFUSED)
READY = tuple(kind for kind in ALL if isinstance(kind.comes, Ready))

__all__ = ["ALL", "READY", "Kind", "Ready", "Refused", "make"]
