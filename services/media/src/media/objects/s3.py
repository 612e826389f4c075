"""Objects in a bucket of any S3-compatible server. The one place that knows minio.

Puts in parts go by presigned addresses, ours and a client's alike.
"""

import datetime
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import minio
import urllib3
from chassis.content import Content
from chassis.telemetry.tracing import bind_trace
from minio.deleteobjects import DeleteObject

from media.objects.port import NoObject, ObjectsUnavailable, check_key
from media.objects.s3_address import S3Address
from media.objects.s3_wire import (
    ABSENT,
    FAULTS,
    create_client,
    create_pool,
    digest_of,
    part_query,
    text_of,
    translate_faults,
    upload_query,
)

PIECE = 256 * 1024
PART = 32 * 1024 * 1024
SENDERS, READERS = 3, 4
TRIES = 4
PRESIGNED = datetime.timedelta(minutes=15)


class S3Objects:
    """A bucket; it is made when it is not there."""

    def __init__(self, address: S3Address) -> None:
        self.address, self.bucket = address, address.bucket
        self.name = "S3"
        self.pool = create_pool(address)
        self.client = create_client(address, address.host, address.secure, self.pool)
        self.outside: minio.Minio | None = None
        if address.public:
            public = urlsplit(address.public)
            secure = public.scheme == "https"
            self.outside = create_client(address, public.netloc, secure, self.pool)

    def prepare(self) -> None:
        """Make the bucket if it is not there."""
        with translate_faults():
            if not self.client.bucket_exists(self.bucket):
                self.client.make_bucket(self.bucket, self.address.region)

    def put(self, key: str, content: bytes) -> None:
        """One request with a digest, so that half of it is refused by the server."""
        self._send_request("PUT", key, content, headers=digest_of([content]))

    def put_file(self, key: str, path: Path) -> None:
        """In one request or, when it is large, in parts at the same time."""
        size = path.stat().st_size
        if size <= PART:
            self.put(key, path.read_bytes())
            return
        ticket = self.begin_upload(key, PART)
        try:
            with ThreadPoolExecutor(SENDERS) as senders:
                numbers = range(1, -(-size // PART) + 1)
                send = bind_trace(partial(self._put_piece, key, ticket, path))
                list(senders.map(send, numbers))
            self.complete_upload(key, ticket)
        except ObjectsUnavailable:
            self._give_up(key, ticket)
            raise

    def _put_piece(self, key: str, ticket: str, path: Path, number: int) -> None:
        start = (number - 1) * PART
        with path.open("rb") as file:
            file.seek(start)
            piece = Content(file, min(PART, path.stat().st_size - start))
            self._send_request("PUT", key, piece, part_query(ticket, number))

    def _give_up(self, key: str, ticket: str) -> None:
        """Leave no parts behind, if the server still listens."""
        try:
            self.abort_upload(key, ticket)
        except ObjectsUnavailable:
            return

    def get(self, key: str) -> bytes:
        """All bytes. Raises NoObject."""
        size = self.get_size(key)
        return b"".join(self.read_range(key, 0, size)) if size else b""

    def fetch_file(self, key: str, path: Path) -> None:
        """Write to a file, in ranges at the same time. Raises NoObject."""
        size = self.get_size(key)
        with path.open("wb") as file:
            file.truncate(size)
        with ThreadPoolExecutor(READERS) as readers:
            starts = range(0, size, PART)
            list(readers.map(bind_trace(partial(self._fetch_piece, key, path)), starts))

    def _fetch_piece(self, key: str, path: Path, start: int) -> None:
        with path.open("r+b") as file:
            file.seek(start)
            for piece in self.read_range(key, start, PART):
                file.write(piece)

    def get_size(self, key: str) -> int:
        """How many bytes. Raises NoObject."""
        with translate_faults():
            found = self.client.stat_object(self.bucket, check_key(key))
        return int(found.size or 0)

    def read_range(self, key: str, start: int, length: int) -> Iterator[bytes]:
        """Some bytes, in pieces; goes on where a connection broke. Raises NoObject."""
        answer = self._open_object(key, start, length)
        return self._read_pieces(key, answer, start, length)

    def _open_object(
        self, key: str, start: int, length: int
    ) -> urllib3.BaseHTTPResponse:
        with translate_faults():
            return self.client.get_object(
                self.bucket, check_key(key), offset=start, length=length
            )

    def _read_pieces(
        self, key: str, answer: urllib3.BaseHTTPResponse, start: int, length: int
    ) -> Iterator[bytes]:
        given, vain = 0, 0
        while True:
            before = given
            try:
                for piece in answer.stream(PIECE):
                    given += len(piece)
                    yield piece
            except FAULTS as error:
                vain = 0 if given > before else vain + 1
                if vain == TRIES:
                    raise ObjectsUnavailable(
                        f"reading broke off: {type(error).__name__}"
                    ) from error
            else:
                return
            finally:
                answer.release_conn()
            answer = self._open_object(key, start + given, length - given)

    def every_key(self) -> Iterator[str]:
        """Every key; S3 lists in the order of bytes."""
        with translate_faults():
            for found in self.client.list_objects(self.bucket, recursive=True):
                if found.object_name and not found.is_dir:
                    yield found.object_name

    def remove(self, key: str) -> None:
        """Forget the object, or all whose keys begin so if it ends in a slash."""
        check_key(key.removesuffix("/"))
        with translate_faults():
            if not key.endswith("/"):
                self.client.remove_object(self.bucket, key)
                return
            found = self.client.list_objects(self.bucket, key, recursive=True)
            names = [DeleteObject(str(one.object_name)) for one in found]
            for fault in self.client.remove_objects(self.bucket, names):
                raise ObjectsUnavailable(
                    f"could not remove {fault.name}: {fault.message}"
                )

    # in parts

    def begin_upload(self, key: str, part_size: int) -> str:
        """Open a multipart upload; the server takes any part size over 5 MiB."""
        said = self._send_request("POST", key, b"", {"uploads": ""})
        return text_of(said, "UploadId")

    def put_part(self, key: str, ticket: str, number: int, content: Content) -> None:
        """Send the part to its presigned address.

        With a digest: there are servers that otherwise keep one that was cut on its
        way as if it were whole.
        """
        digest = digest_of(content)
        content.seek(0)
        self._send_request("PUT", key, content, part_query(ticket, number), digest)

    def part_address(
        self, key: str, ticket: str, number: int, seconds: int
    ) -> str | None:
        """A presigned address under the public name, if there is one."""
        if self.outside is None:
            return None
        query, life = part_query(ticket, number), datetime.timedelta(seconds=seconds)
        return self._sign_address("PUT", key, query, self.outside, life)

    def find_parts(self, key: str, ticket: str) -> dict[int, int]:
        """What the server has of it. Raises NoObject for the ticket."""
        return {n: size for n, (size, _) in self._find_listed(key, ticket).items()}

    def _find_listed(self, key: str, ticket: str) -> dict[int, tuple[int, str]]:
        """Size and tag of each part, page by page."""
        found: dict[int, tuple[int, str]] = {}
        after = "0"
        while True:
            query = {**upload_query(ticket), "part-number-marker": after}
            said = ET.fromstring(self._send_request("GET", key, b"", query))  # noqa: S314
            for part in said.iterfind("{*}Part"):
                number = int(part.findtext("{*}PartNumber") or 0)
                size = int(part.findtext("{*}Size") or 0)
                found[number] = size, part.findtext("{*}ETag") or ""
            if said.findtext("{*}IsTruncated") != "true":
                return found
            after = said.findtext("{*}NextPartNumberMarker") or ""

    def complete_upload(self, key: str, ticket: str) -> None:
        """Let the server join the parts it has. Raises NoObject for the ticket."""
        whole = ET.Element("CompleteMultipartUpload")
        for number, (_, tag) in sorted(self._find_listed(key, ticket).items()):
            part = ET.SubElement(whole, "Part")
            ET.SubElement(part, "PartNumber").text = str(number)
            ET.SubElement(part, "ETag").text = tag
        said = self._send_request("POST", key, ET.tostring(whole), upload_query(ticket))
        if b"<Error>" in said:  # S3 may answer 200 and then say that it failed
            raise ObjectsUnavailable(text_of(said, "Code"))

    def abort_upload(self, key: str, ticket: str) -> None:
        """Forget the upload and its parts."""
        try:
            self._send_request("DELETE", key, b"", upload_query(ticket))
        except NoObject:
            return

    def _send_request(
        self,
        method: str,
        key: str,
        content: bytes | Content,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> bytes:
        """One request at a presigned address; the answer's body."""
        size = content.size if isinstance(content, Content) else len(content)
        headers = {**(headers or {}), "Content-Length": str(size)}
        with translate_faults():
            address = self._sign_address(
                method, key, query or {}, self.client, PRESIGNED
            )
            answer = self.pool.request(method, address, body=content, headers=headers)
        if answer.status < 300:
            return answer.data
        code = text_of(answer.data, "Code") or f"HTTP {answer.status}"
        if code in ABSENT:
            raise NoObject(key)
        raise ObjectsUnavailable(f"{code}: {text_of(answer.data, 'Message')}")

    def _sign_address(
        self,
        method: str,
        key: str,
        query: Mapping[str, str],
        client: minio.Minio,
        life: datetime.timedelta,
    ) -> str:
        return client.get_presigned_url(
            method, self.bucket, check_key(key), life, extra_query_params=dict(query)
        )

    def is_away(self) -> str | None:
        """Whether the server answers and lets us have the bucket."""
        try:
            with translate_faults():
                there = self.client.bucket_exists(self.bucket)
        except (ObjectsUnavailable, NoObject) as error:
            return str(error)
        return None if there else f"no bucket {self.bucket}"

    def get_free_bytes(self) -> int | None:
        """S3 does not say."""
        return None
