"""Ports of pictures."""

from collections.abc import Mapping
from typing import Protocol

from media.domain.picture_file import PictureFile


class PictureMaker(Protocol):
    """Makes pictures of files that strangers made."""

    def make_sizes(self, content: bytes, file: PictureFile) -> Mapping[int, bytes]:
        """A JPEG of each size, by its width. Raises NoPicture, Interrupted."""


class Pictures(Protocol):
    """Pictures by id and width; none is ever changed."""

    def put(self, id_: str, width: int, content: bytes) -> None:
        """Keep a picture; the same again stays."""

    def get(self, id_: str, width: int) -> bytes | None:
        """A picture, or None."""
