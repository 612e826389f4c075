"""The pictures port over the object store."""

import re

from media.objects.port import NoObject, Objects

ID = re.compile(r"[0-9a-f]{32}")


class StoredPictures:
    """Pictures as objects. None is ever removed: what names one is known elsewhere."""

    def __init__(self, objects: Objects) -> None:
        self.objects = objects

    def put(self, id_: str, width: int, content: bytes) -> None:
        """Keep a picture; the same again stays."""
        self.objects.put(_key_of(id_, width), content)

    def get(self, id_: str, width: int) -> bytes | None:
        """A picture, or None."""
        if not ID.fullmatch(id_):
            return None
        try:
            return self.objects.get(_key_of(id_, width))
        except NoObject:
            return None


def _key_of(id_: str, width: int) -> str:
    return f"pictures/{id_}/{width}.jpg"
