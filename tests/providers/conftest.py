"""What the tests of providers share."""

import pytest

from tests.engines import Engine, Kept


@pytest.fixture(scope="module")
def own_store(embedded_engine: Engine) -> Kept:
    """Empty stores for all tests of a module."""
    return Kept(embedded_engine)
