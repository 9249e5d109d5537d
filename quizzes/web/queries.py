"""Addresses with query parameters."""

from __future__ import annotations

from urllib.parse import urlencode


def with_query(address: str, **parameters: object) -> str:
    """``address`` with those parameters that have a value."""
    kept = {name: value for name, value in parameters.items() if value not in (None, "")}
    return f"{address}?{urlencode(kept)}" if kept else address
