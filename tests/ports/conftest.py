"""The object stores behind the objects port: a directory, and a real S3 server."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from media.objects.connect import open_objects as connect
from media.objects.port import Objects

from tests.parts.s3 import Server, running_server


@pytest.fixture(scope="session")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A running S3 server."""
    with running_server(tmp_path_factory.mktemp("s3")) as running:
        yield running


@pytest.fixture(params=["directory", pytest.param("s3", marks=pytest.mark.part("s3"))])
def objects(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Objects]:
    """Each object store, empty."""
    if request.param == "directory":
        store = connect(f"file://{tmp_path / 'objects'}")
    else:
        store = connect(request.getfixturevalue("s3").url)
    store.prepare()
    yield store
    for key in list(store.every_key()):
        store.remove(key)
