"""From the object store's address to its adapter."""

from pathlib import Path

from chassis.settings import SettingsError

from media.objects.directory import DirectoryObjects
from media.objects.port import Objects


def open_objects(url: str) -> Objects:
    """`file://FOLDER` is a directory, `https://KEY:SECRET@HOST/BUCKET` is S3.

    Raises SettingsError for anything else. The S3 client is imported only when used.
    """
    if folder := folder_of(url):
        return DirectoryObjects(folder)
    scheme = url.partition("://")[0] if "://" in url else ""
    if scheme in {"http", "https"}:
        from media.objects.s3 import S3Objects
        from media.objects.s3_address import S3Address

        try:
            return S3Objects(S3Address.of(url))
        except (OSError, ValueError) as error:
            raise SettingsError(f"OBJECTS_URL: {error}") from error
    raise SettingsError(f"OBJECTS_URL: '{scheme}' is neither file, http nor https")


def folder_of(url: str) -> Path | None:
    """The folder of objects that are files, or None."""
    scheme, _, rest = url.partition("://")
    return Path(rest) if scheme == "file" else None
