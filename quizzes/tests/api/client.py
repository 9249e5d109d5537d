"""A client of the API as an app would be: signs up by the headless endpoints and sends its token."""

from __future__ import annotations

import itertools
import json
import uuid
from datetime import UTC, datetime
from typing import Any

from django.test import Client

_numbers = itertools.count(1)
V1 = "/api/v1/"


class ApiClient:
    """``get`` and ``post`` take the path after ``/api/v1/``."""

    def __init__(self, token: str | None = None) -> None:
        self.client = Client(raise_request_exception=False)
        self.token = token

    @classmethod
    def of_new_learner(cls) -> ApiClient:
        name = f"ada{next(_numbers)}"
        answer = Client().post(
            "/_allauth/app/v1/auth/signup",
            {"username": name, "email": f"{name}@example.org", "password": "a-long-pass-phrase-42"},
            content_type="application/json",
        )
        assert answer.status_code == 200, answer.content
        return cls(answer.json()["meta"]["session_token"])

    def headers(self, more: dict[str, str]) -> dict[str, str]:
        return ({"X-Session-Token": self.token} if self.token else {}) | more

    def get(self, path: str, query: dict[str, Any] | None = None, **headers: str) -> Any:
        return self.client.get(V1 + path, query or {}, headers=self.headers(headers))

    def post(self, path: str, body: Any, content_type: str = "application/json", **headers: str) -> Any:
        content = body if isinstance(body, bytes | str) else json.dumps(body)
        return self.client.post(V1 + path, content, content_type=content_type, headers=self.headers(headers))


def response_to(item: str, response: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """A response as a client would send it."""
    return {
        "id": str(uuid.uuid4()),
        "item": item,
        "response": response or {"choice": "a"},
        "answered_at": datetime.now(UTC).isoformat(),
        **more,
    }


def assert_error(
    answer: Any, status: int, code: str | None = None, field: str | None = None
) -> dict[str, Any]:
    """The answer is an error of that status in the one shape; returns its inside."""
    assert answer.status_code == status, (answer.status_code, answer.content[:300])
    assert answer.headers["Content-Type"] == "application/json"
    body = answer.json()
    assert set(body) == {"error"}
    error: dict[str, Any] = body["error"]
    assert set(error) <= {"code", "message", "fields"}
    assert error["code"]
    assert len(error["message"]) > 5
    assert "Traceback" not in answer.content.decode()
    if code is not None:
        assert error["code"] == code, error
    if field is not None:
        assert field in error.get("fields", {}), error
    return error
