"""Add a picture: made in every size, kept under what it looks like."""

from media.domain.errors import NoPicture, PictureNotMade
from media.domain.picture_file import read_picture_file
from media.domain.picture_sizes import LARGEST, SIZES, picture_id
from media.usecases.picture_ports import PictureMaker, Pictures
from media.usecases.ports import Interrupted

FAULTS_OF_FILES = {"hung", "no-memory", "broken"}
"""How a child ends that a file was too much for."""


def add_picture(pictures: Pictures, maker: PictureMaker, content: bytes) -> str:
    """The id of the picture that a file became. Raises NoPicture, PictureNotMade."""
    file = read_picture_file(content)
    try:
        made = maker.make_sizes(content, file)
    except Interrupted as broken:
        if broken.cause in FAULTS_OF_FILES:
            raise NoPicture("unreadable") from broken
        raise PictureNotMade("图片现在处理不了：请稍后再传") from broken
    id_ = picture_id(made[LARGEST.width])
    for size in SIZES:
        pictures.put(id_, size.width, made[size.width])
    return id_
