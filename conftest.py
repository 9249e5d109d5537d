"""What all tests share."""

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    """Throttles and cached figures of one test must not reach the next."""
    cache.clear()
