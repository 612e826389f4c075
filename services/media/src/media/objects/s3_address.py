"""Where a bucket is and who may use it, in one address."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

FORM = "https://KEY:SECRET@HOST[:PORT]/BUCKET[?region=R&ca=FILE&public=URL]"
BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
OPTIONS = {"region", "ca", "public"}


@dataclass(frozen=True)
class S3Address:
    """A bucket's address.

    `ca` is a file with the authority's certificate; `public` is where browsers
    reach the same server, empty where they do not.
    """

    host: str
    bucket: str
    access: str
    secret: str
    secure: bool
    region: str
    ca: str
    public: str

    @classmethod
    def of(cls, url: str) -> "S3Address":
        """Read `FORM`. Raises ValueError that does not repeat the secret."""
        said = urlsplit(url)
        options = {name: values[-1] for name, values in parse_qs(said.query).items()}
        bucket = said.path.strip("/")
        whole = said.hostname and said.username and said.password
        if not whole or not bucket or "/" in bucket:
            raise ValueError(f"the object store's address must be {FORM}")
        if not BUCKET.fullmatch(bucket):
            raise ValueError("the object store's address: a bucket has no such name")
        if unknown := set(options) - OPTIONS:
            raise ValueError(f"the object store's address: no option {sorted(unknown)}")
        host = str(said.hostname) + (f":{said.port}" if said.port else "")
        return cls(
            host=host,
            bucket=bucket,
            access=unquote(said.username or ""),
            secret=unquote(said.password or ""),
            secure=said.scheme == "https",
            region=options.get("region", "us-east-1"),
            ca=options.get("ca", ""),
            public=options.get("public", "").rstrip("/"),
        )
