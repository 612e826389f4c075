"""Whether an object store does what services need of it."""

from chassis.content import Content
from chassis.errors import Incompatible
from chassis.ids import new_id

from media.objects.port import NoObject, Objects, ObjectsUnavailable

PART = 5 * 1024 * 1024
"""The smallest part that S3 takes before the last."""


def try_objects(objects: Objects) -> None:
    """Put, read and forget an object of our own, also in parts. Raises Incompatible."""
    folder = f"trials/{new_id()}/"
    try:
        objects.prepare()
        _try_key(objects, f"{folder}试")
    except ObjectsUnavailable as error:
        raise Incompatible(
            f"the object store does not let us work: {error}; it must be there, with "
            "room, and our key may list, read, write and delete in the bucket"
        ) from error
    except NoObject as error:
        raise Incompatible(f"the object store forgot what was put: {error}") from error
    finally:
        _delete_trial(objects, folder)


def _try_key(objects: Objects, key: str) -> None:
    objects.put(key, b"0123456789")
    if b"".join(objects.read_range(key, 3, 4)) != b"3456":
        raise Incompatible("the object store gets a range wrong")
    ticket = objects.begin_upload(key, PART)
    objects.put_part(key, ticket, 2, Content.of(b"end"))
    objects.put_part(key, ticket, 1, Content.of(b"\0" * PART))
    objects.complete_upload(key, ticket)
    if objects.get_size(key) != PART + 3:
        raise Incompatible("the object store gets a put in parts wrong")


def _delete_trial(objects: Objects, folder: str) -> None:
    try:
        objects.remove(folder)
    except ObjectsUnavailable:
        return
