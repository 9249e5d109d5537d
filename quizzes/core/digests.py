"""A digest of JSON-able data that does not depend on the order of keys or on how a number is written."""

from __future__ import annotations

import hashlib
import json
from typing import Any


def digest_of(data: Any) -> str:
    """SHA-256 (hex) of ``data`` as canonical JSON; ``1.0`` and ``1`` count as the same number."""
    text = json.dumps(
        _canonical(data), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    return hashlib.sha256(text.encode()).hexdigest()


def _canonical(value: Any) -> Any:
    # A JSON column, a form field and a YAML file write the same whole number as 1 or as 1.0.
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    if isinstance(value, dict):
        return {key: _canonical(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_canonical(item) for item in value]
    return value
