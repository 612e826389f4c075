"""From the object store's address to its adapter."""

from pathlib import Path

from chassis.objects.directory import DirectoryObjects
from chassis.objects.port import Objects


def objects(url: str) -> Objects:
    """`file://FOLDER` is a directory. Raises ValueError for anything else."""
    scheme, _, rest = url.partition("://")
    if scheme == "file":
        return DirectoryObjects(Path(rest))
    raise ValueError(f"OBJECTS_URL: '{scheme}' is not file")
