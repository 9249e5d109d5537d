"""The vendored bundle is the one that was built, with its licences, and needs no eval."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[3]
VENDOR = PROJECT / "static" / "vendor"


def test_the_checksum_fits() -> None:
    stated, name = (VENDOR / "vega-slim.sha256").read_text().split()
    assert name == "vega-slim.js"
    assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == stated


def test_the_licences_of_all_parts_are_told() -> None:
    text = (VENDOR / "vega-slim.LICENSES.txt").read_text()
    locked = json.loads((PROJECT / "frontend" / "package-lock.json").read_text())["packages"]
    for name in ("vega-view", "vega-interpreter", "d3-array"):
        assert f"{name} {locked[f'node_modules/{name}']['version']} (" in text
    assert "BSD" in text or "Redistribution" in text


def test_the_lock_names_no_host() -> None:
    assert '"resolved"' not in (PROJECT / "frontend" / "package-lock.json").read_text()


def test_expressions_are_interpreted() -> None:
    bundle = (VENDOR / "vega-slim.js").read_text()
    exported = re.search(r"export\s*\{([^}]*)\}", bundle)
    assert exported is not None
    assert {"View", "parse", "expressionInterpreter"} <= set(re.findall(r"(?:as )?(\w+)(?=,|$)", exported[1]))
