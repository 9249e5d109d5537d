"""The examples of docs/api.md are run, and the document names what there is."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from quizzes.core.responses import KEYS
from quizzes.tests.api.bank import make_card, make_question
from simulator.core import limits
from simulator.core.objectives import OBJECTIVES
from simulator.core.optimizers import OPTIMIZERS
from simulator.core.schedulers import SCHEDULERS
from studyapp.api.errors import CODES

PAGE = Path(__file__).resolve().parents[3] / "docs" / "api.md"
TEXT = PAGE.read_text(encoding="utf-8")


@dataclass
class Example:
    method: str
    path: str
    headers: dict[str, str]
    body: str
    status: int
    answer: Any


def examples() -> list[Example]:
    blocks = re.findall(r"```http\n(.*?)```", TEXT, flags=re.DOTALL)
    assert len(blocks) % 2 == 0
    found = []
    for request, answer in zip(blocks[::2], blocks[1::2], strict=True):
        first, *rest = request.strip().split("\n")
        method, path = first.split(" ")
        headers = dict(line.split(": ", 1) for line in rest if re.match(r"[A-Z][\w-]+: ", line))
        body = "\n".join(line for line in rest if not re.match(r"[A-Z][\w-]+: ", line))
        status, _, content = answer.strip().partition("\n")
        found.append(Example(method, path, headers, body, int(status), json.loads(content)))
    return found


def same_shape(shown: Any, real: Any, path: str = "") -> None:
    """Every key that is shown is there and no other; numbers, texts and nulls are where they are shown."""
    if isinstance(shown, dict):
        assert isinstance(real, dict), path
        if shown:  # an empty object stands for any
            assert set(shown) == set(real), (path, set(shown) ^ set(real))
        for key, value in shown.items():
            same_shape(value, real[key], f"{path}.{key}")
    elif isinstance(shown, list):
        assert isinstance(real, list), path
        assert bool(shown) == bool(real) or not shown, path
        for index, value in enumerate(shown[: len(real)]):
            same_shape(value, real[index], f"{path}[{index}]")
    elif isinstance(shown, bool) or shown is None:
        assert shown is real, (path, shown, real)
    elif isinstance(shown, int | float):
        assert isinstance(real, int | float), (path, real)
    else:
        assert isinstance(real, str), (path, real)
        if "…" not in shown and not re.match(r"\d{4}-\d\d-\d\dT", shown):
            assert shown == real, (path, shown, real)
        elif shown.endswith("…"):
            assert real.startswith(shown.rstrip("…").rstrip()), (path, shown, real)


@pytest.mark.django_db
def test_every_example_is_answered_as_shown(client: Client) -> None:
    make_question()
    make_card(scenario=True)
    known: dict[str, str] = {}
    for example in examples():
        headers = {name: value.format(**known) for name, value in example.headers.items()}
        answer = client.generic(
            example.method, example.path, example.body, content_type="application/json", headers=headers
        )
        where = f"{example.method} {example.path}"
        assert answer.status_code == example.status, (where, answer.content[:500])
        same_shape(example.answer, answer.json(), where)
        if (
            token := (answer.json() if isinstance(answer.json(), dict) else {})
            .get("meta", {})
            .get("session_token")
        ):
            known["session_token"] = token


def test_every_endpoint_has_an_example() -> None:
    shown = {re.sub(r"\?.*", "", f"{example.method} {example.path}") for example in examples()}
    for path, operations in schema()["paths"].items():
        if re.search(r"figure|vega|schema", path):
            continue
        pattern = re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path))
        for method in operations:
            assert any(re.fullmatch(f"{method.upper()} {pattern}", each) for each in shown), (method, path)


def schema() -> dict[str, Any]:
    from studyapp.api.views import schema_text

    document: dict[str, Any] = json.loads(schema_text()[0])
    return document


def test_the_tables_name_what_there_is() -> None:
    for name in (*OBJECTIVES, *OPTIMIZERS, *SCHEDULERS, *KEYS):
        assert f"`{name}`" in TEXT, name
    for status, code in CODES.items():
        if status not in {408, 411, 414, 422} and code != "conflict":
            assert f"`{code}`" in TEXT, code
    for scope in ("simulations", "responses", "figures"):
        limit, ceiling = settings.API_RATES[scope]
        assert f"| {limit:,} | {ceiling:,} |" in TEXT, scope
    for number in (limits.MAX_STEPS, limits.MAX_ROWS, limits.ALWAYS_ADMITTED, limits.ALWAYS_ADMITTED_MLP):
        assert f"{number:,}" in TEXT, number
    for number in (limits.MAX_RUNS, limits.MAX_DIMENSION, limits.MAX_LABEL, limits.MAX_NESTING):
        assert str(number) in TEXT, number
