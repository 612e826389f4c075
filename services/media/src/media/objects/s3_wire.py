"""The wire to an S3-compatible server: connections, what travels, what goes wrong."""

import base64
import hashlib
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import minio
import urllib3
from chassis.telemetry.traced_pool import TracedPool
from minio.error import MinioException, S3Error

from media.objects.port import NoObject, ObjectsUnavailable
from media.objects.s3_address import S3Address

TICKET = re.compile(r"[\w.~+=-]{1,1024}")
DEADLINE = urllib3.Timeout(connect=3, read=20)
RETRIES = urllib3.Retry(total=2, connect=2, read=0, status=0, backoff_factor=0.1)
ABSENT = {"NoSuchKey", "NoSuchUpload", "NoSuchObject"}
FAULTS = (MinioException, urllib3.exceptions.HTTPError, OSError)


@contextmanager
def translate_faults() -> Iterator[None]:
    """What the server or the wire says, in the words of the port."""
    try:
        yield
    except S3Error as error:
        if error.code in ABSENT:
            raise NoObject(str(error.message)) from error
        raise ObjectsUnavailable(f"{error.code}: {error.message}") from error
    except FAULTS as error:
        raise ObjectsUnavailable(without_address(error)) from error


def without_address(error: Exception) -> str:
    """What went wrong; a presigned address is a secret as long as it lives."""
    reason = getattr(error, "reason", None) or error
    return f"{type(reason).__name__}: {str(reason).partition('?X-Amz')[0][:200]}"


def create_pool(address: S3Address) -> urllib3.PoolManager:
    """Connections to the server, each with a deadline for every answer."""
    return TracedPool(
        maxsize=16,
        blocksize=1024 * 1024,
        timeout=DEADLINE,
        retries=RETRIES,
        cert_reqs="CERT_REQUIRED",
        ca_certs=address.ca or None,
    )


def create_client(
    address: S3Address, host: str, secure: bool, pool: urllib3.PoolManager
) -> minio.Minio:
    """A client of the server at this host."""
    return minio.Minio(
        host,
        address.access,
        address.secret,
        secure=secure,
        region=address.region,
        http_client=pool,
    )


def digest_of(content: Iterable[bytes]) -> dict[str, str]:
    """The header by which a server sees that it has all."""
    md5 = hashlib.md5(usedforsecurity=False)
    for piece in content:
        md5.update(piece)
    return {"Content-MD5": base64.b64encode(md5.digest()).decode()}


def part_query(ticket: str, number: int) -> dict[str, str]:
    """What an address says of one part of an upload."""
    return {"partNumber": str(number), **upload_query(ticket)}


def upload_query(ticket: str) -> dict[str, str]:
    """A server may make a path of the ticket, so one that could lead away is none."""
    if not TICKET.fullmatch(ticket) or ".." in ticket:
        raise NoObject(f"put in parts {ticket}")
    return {"uploadId": ticket}


def text_of(said: bytes, name: str) -> str:
    """The text of an element of an answer, or nothing."""
    try:
        return ET.fromstring(said).findtext(f".//{{*}}{name}") or ""  # noqa: S314
    except ET.ParseError:
        return ""
