"""How many requests a minute: per learner or guest, and per address."""

from __future__ import annotations

import hashlib
import ipaddress
import logging
import time
from functools import lru_cache
from typing import Any

from django.conf import settings
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from studyapp.api.counters import Blocks

logger = logging.getLogger(__name__)

WINDOW = 60  # seconds; windows are aligned to the clock, so that all processes count in the same one
DEFAULT_SCOPE = "reads"
# Where many requests are allowed, each process counts some of them at a time: one in so many of the limit.
SHARE_AT_ONCE, MOST_AT_ONCE = 200, 8

_blocks = Blocks()


class MinuteThrottle(BaseThrottle):
    """Counts the requests of one learner, guest or address within each minute of the clock.

    A view says by ``throttle_scope`` (a string, or a mapping from method to string) what is counted;
    ``settings.API_RATES`` says how many are allowed. A learner (session token) is counted alone. A guest is
    counted by the site's session cookie, where there is one; and because anybody can make up cookies, all
    guests of an address together have a ceiling, which is generous: a whole class may sit behind one
    address.
    """

    remaining = 0.0

    def allow_request(self, request: Request, view: Any) -> bool:
        scope = getattr(view, "throttle_scope", DEFAULT_SCOPE)
        if not isinstance(scope, str):
            scope = scope.get(request.method, DEFAULT_SCOPE)
        limit, ceiling = settings.API_RATES[scope]
        now = time.time()
        self.remaining = WINDOW - now % WINDOW
        window = int(now // WINDOW)
        counted = self.counted(request, limit, ceiling)
        keys = [f"throttle:{scope}:{who}:{window}" for who, _most in counted]
        block = max(1, min(MOST_AT_ONCE, limit // SHARE_AT_ONCE))
        return all(number <= most for number, (_who, most) in zip(counts(keys, block), counted, strict=True))

    def wait(self) -> float:
        return self.remaining

    def counted(self, request: Request, limit: int, ceiling: int) -> list[tuple[str, int]]:
        """Who is counted, and how far."""
        if request.user.is_authenticated:
            return [(f"learner:{request.user.pk}", limit)]
        counted = [(f"address:{network_of(self.get_ident(request) or '')}", ceiling)]
        if cookie := request.COOKIES.get(settings.SESSION_COOKIE_NAME):
            digest = hashlib.sha256(cookie.encode(errors="replace")).hexdigest()[:32]
            counted.append((f"guest:{digest}", limit))
        return counted


def counts(keys: list[str], block: int) -> list[int]:
    """The counts, this request included. A cache that fails must not take the API down."""
    try:
        return _blocks.count(keys, WINDOW + 1, block)
    except Exception:
        logger.exception("Requests cannot be counted")
        return [0] * len(keys)


@lru_cache(maxsize=1024)
def network_of(address: str) -> str:
    """The address; of an IPv6 one the network, because a household has 2**64 of them."""
    try:
        parsed = ipaddress.ip_address(address.strip("[] ").partition("%")[0])
    except ValueError:
        return hashlib.sha256(address.encode(errors="replace")).hexdigest()[:32]
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, 64), strict=False).network_address)
