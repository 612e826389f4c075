"""The object store's address, with its key, read without a slip."""

import pytest
from media.objects.connect import open_objects
from media.objects.s3_address import S3Address


def test_a_buckets_address_is_read_whole() -> None:
    said = "https://key:se%2Fcret@s3.example:9000/biyong?region=cn-1&ca=/ca.pem"
    assert S3Address.of(said) == S3Address(
        "s3.example:9000", "biyong", "key", "se/cret", True, "cn-1", "/ca.pem", ""
    )


@pytest.mark.parametrize(
    "said",
    [
        "https://s3.example/biyong",
        "https://key:secret@s3.example/",
        "https://key:secret@s3.example/biyong/folder",
        "https://key:secret@s3.example/biyong?regoin=x",
        "http://:@/b",
    ],
)
def test_a_wrong_address_is_refused_without_its_secret(said: str) -> None:
    with pytest.raises(ValueError, match="the object store's address") as refused:
        S3Address.of(said)
    assert "secret" not in str(refused.value).replace("KEY:SECRET", "")


def test_an_object_store_of_another_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="neither file, http nor https"):
        open_objects("ftp://here")
