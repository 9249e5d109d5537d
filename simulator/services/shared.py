"""What the processes of the site share of simulations and pictures: the cache, whose loss is no loss.

Everything in it can be worked out again, so a cache that cannot be read or written (its disk is full, its
server is away) costs time and nothing else.
"""

from __future__ import annotations

import logging
from typing import Any

from django.core.cache import cache

log = logging.getLogger(__name__)


def known(key: str) -> Any:
    """What was kept under the key; None where nothing is, or where the cache does not answer."""
    try:
        return cache.get(key)
    except Exception:
        log.exception("the cache cannot be read")
        return None


def keep(key: str, value: Any, seconds: int) -> None:
    """Keep the value for so long, if the cache takes it."""
    try:
        cache.set(key, value, seconds)
    except Exception:
        log.exception("the cache cannot be written")
