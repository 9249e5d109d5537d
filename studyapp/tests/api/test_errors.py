"""Whatever goes wrong under ``/api/`` is answered in the one shape."""

from __future__ import annotations

import json
import logging
import time
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404
from django.test import Client

from quizzes.api.topics import Topics
from quizzes.tests.api.client import ApiClient, assert_error
from studyapp.api.middleware import MAX_BODY, MOST_DISCARDED

pytestmark = pytest.mark.django_db
JSON = "application/json"


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False)


@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete", "options"])
@pytest.mark.parametrize(
    "path", ["/api/nothing", "/api/v1/nothing/", "/api/v2/topics/", "/api/v1/topics/a/b/", "/api/v1/%ff%fe/"]
)
def test_an_unknown_path_is_404(client: Client, method: str, path: str) -> None:
    assert_error(getattr(client, method)(path), 404, "not_found")


def test_a_missing_slash_is_added_for_reading_and_told_for_writing(client: Client) -> None:
    answer = client.get("/api/v1/topics?level=beginner")
    assert (answer.status_code, answer.headers["Location"]) == (301, "/api/v1/topics/?level=beginner")
    error = assert_error(client.post("/api/v1/simulations", "{}", content_type=JSON), 404)
    assert "/api/v1/simulations/" in error["message"]


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("post", "/api/v1/topics/", "GET, HEAD, OPTIONS"),
        ("delete", "/api/v1/questions/", "GET, HEAD, OPTIONS"),
        ("put", "/api/v1/schema/", "GET, HEAD, OPTIONS"),
        ("patch", "/api/v1/docs/", "GET, HEAD, OPTIONS"),
        ("get", "/api/v1/simulations/", "POST, OPTIONS"),
        ("post", "/api/v1/", "GET, HEAD, OPTIONS"),
    ],
)
def test_an_unknown_method_is_405(client: Client, method: str, path: str, allowed: str) -> None:
    answer = getattr(client, method)(path)
    assert_error(answer, 405, "method_not_allowed")
    assert answer.headers["Allow"] == allowed
    assert_error(client.generic("BREW", path), 405, "method_not_allowed")


def test_head_and_options_are_answered(client: Client) -> None:
    head = client.head("/api/v1/topics/")
    assert (head.status_code, head.content) == (200, b"")
    for path in ("topics/", "schema/", "docs/", "quizzes/"):
        options = client.options(f"/api/v1/{path}")
        assert options.status_code == 200, path
        assert options.json() == {"methods": ["GET", "HEAD", "OPTIONS"]}


@pytest.mark.parametrize("path", ["quizzes/", "guides/", "glossary/"])
def test_a_list_without_entries_is_a_list(client: Client, path: str) -> None:
    answer = client.get(f"/api/v1/{path}")
    assert answer.json() == {"count": 0, "next": None, "previous": None, "results": []}
    assert_error(client.get(f"/api/v1/{path}nothing/"), 404)
    assert_error(client.get(f"/api/v1/{path}?level=none"), 400)


@pytest.mark.parametrize("path", ["topics/", "schema/", "scenarios/", ""])
def test_an_accept_header_that_leaves_json_out_is_406(client: Client, path: str) -> None:
    address = f"/api/v1/{path}"
    assert_error(client.get(address, headers={"accept": "application/xml"}), 406, "not_acceptable")
    for accept in ("application/json", "*/*", "text/html, */*;q=0.1", "application/*"):
        assert client.get(address, headers={"accept": accept}).status_code == 200, accept


def test_the_docs_are_406_for_who_wants_json(client: Client) -> None:
    assert_error(client.get("/api/v1/docs/", headers={"accept": JSON}), 406, "not_acceptable")


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "a"],
)
def test_a_body_that_is_not_json_is_415(client: Client, content_type: str) -> None:
    answer = client.post("/api/v1/simulations/", b"steps=5", content_type=content_type)
    assert_error(answer, 415, "unsupported_media_type")
    latin = client.post("/api/v1/simulations/", b"{}", content_type="application/json; charset=latin-1")
    assert_error(latin, 415)
    for refused in (answer, latin):
        assert "Content-Type: application/json" in refused.json()["error"]["message"]


class Endless:
    """A body without end, which counts how much of it was read."""

    def __init__(self) -> None:
        self.taken = 0

    def read(self, size: int = -1) -> bytes:
        assert 0 < size <= 1 << 16
        self.taken += size
        return b" " * size

    readline = read


@pytest.mark.parametrize("path", ["simulations/", "responses/", "topics/", "nothing/"])
def test_a_large_body_is_413_and_never_held(client: Client, path: str) -> None:
    for announced in (str(MAX_BODY + 1), "9" * 30):
        body = Endless()
        extra: dict[str, Any] = {"CONTENT_LENGTH": announced, "wsgi.input": body}
        assert_error(client.post(f"/api/v1/{path}", b"", content_type=JSON, **extra), 413, "body_too_large")
        assert body.taken <= MOST_DISCARDED


def test_a_body_of_the_largest_size_is_read(client: Client) -> None:
    body = b'{"steps": 5' + b" " * (MAX_BODY - 12) + b"}"
    assert len(body) == MAX_BODY
    assert_error(client.post("/api/v1/simulations/", body, content_type=JSON), 400)
    assert_error(client.post("/api/v1/simulations/", body + b" ", content_type=JSON), 413)


@pytest.mark.parametrize("opening", ["[", '{"a":', '[{"a":[', "[[],"])
def test_deep_nesting_is_refused_at_once(client: Client, opening: str) -> None:
    body = opening * (50_000 if len(opening) < 5 else 20_000)
    started = time.perf_counter()
    assert_error(client.post("/api/v1/simulations/", body, content_type=JSON), 400, "too_deep")
    assert time.perf_counter() - started < 0.5


def test_nesting_counts_brackets_outside_of_strings_only(client: Client) -> None:
    within = "[" * 32 + '"' + "[" * 99 + '"' + "]" * 32
    assert_error(client.post("/api/v1/simulations/", within, content_type=JSON), 400, "bad_value")
    assert_error(client.post("/api/v1/simulations/", f"[{within}]", content_type=JSON), 400, "too_deep")


@pytest.mark.parametrize(
    "body", [b"{", b"{'a': 1}", b"[1,]", b"nul", b'{"a": 01}', b"\xff\xfe", b'"\\x"', b"[] []", b'{"a" 1}']
)
def test_what_is_not_json_is_told_where(client: Client, body: bytes) -> None:
    assert_error(client.post("/api/v1/simulations/", body, content_type=JSON), 400, "not_json")


def test_doubled_keys_and_odd_texts_are_refused(client: Client) -> None:
    def post(text: str) -> Any:
        return client.post("/api/v1/simulations/", text, content_type=JSON)

    doubled = post('{"steps": 5, "runs": [{"label": "a", "label": "b"}]}')
    error = assert_error(doubled, 400, "doubled_key", "runs[0].label")
    assert "label" in error["message"]
    assert_error(post('{"a": {"b": 1, "c": [], "b": {"d": 1, "d": 2}}}'), 400, "doubled_key", "a.b")
    for text in (
        '{"\\ud800": 1, "\\ud800": 2}',
        '{"\\ud800": NaN}',
        '{"a": 1, "a": "\\ud800", "\\ud800": 1e999}',
    ):
        assert_error(post(text), 400, "bad_text", "body")
    error = assert_error(post('{"' + "k" * 10_000 + '": NaN}'), 400, "bad_number")
    assert len(error["message"]) < 200 and all(len(path) < 100 for path in error["fields"])
    for text in ("\\ud800", "\\u0000", "a\\udc00b"):
        assert_error(post(f'{{"runs": [{{"label": "{text}"}}]}}'), 400, "bad_text", "runs[0].label")
    assert_error(post('{"\\u0000": 1}'), 400, "bad_text", "body")
    pair = post('{"typo": "\\ud83d\\ude00"}')  # both halves: a character
    assert assert_error(pair, 400)["code"] != "bad_text"


@pytest.mark.parametrize("path", ["/api/v1/", "/api/v1/nothing/", "/api/v1/schema/", "/api/"])
def test_a_host_that_is_not_ours_is_400(client: Client, path: str) -> None:
    for host in ("evil.example", "bad_host!", "a b"):
        assert_error(client.get(path, headers={"host": host}), 400, "bad_request")


@pytest.mark.parametrize(
    ("raised", "status", "code"),
    [
        (RuntimeError("secret of the database"), 500, "server_error"),
        (Http404("secret"), 404, "not_found"),
        (PermissionDenied("secret"), 403, "permission_denied"),
        (SuspiciousOperation("secret"), 400, "bad_request"),
    ],
)
def test_no_exception_shows_its_insides(
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    raised: Exception,
    status: int,
    code: str,
) -> None:
    def fail(self: Topics, request: Any) -> Any:
        raise raised

    monkeypatch.setattr(Topics, "get", fail)
    monkeypatch.setattr(logging.getLogger("django"), "propagate", True)
    answer = client.get("/api/v1/topics/")
    assert_error(answer, status, code)
    assert "secret" not in answer.content.decode()
    if status == 500:
        assert any(record.exc_info for record in caplog.records)


def test_debug_shows_no_traceback_either(
    client: Client, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    def fail(self: Topics, request: Any) -> Any:
        raise RuntimeError("insides")

    settings.DEBUG = True
    monkeypatch.setattr(Topics, "get", fail)
    answer = client.get("/api/v1/topics/")
    assert_error(answer, 500, "server_error")
    assert b"insides" not in answer.content


def test_a_token_that_is_not_valid_is_401_everywhere(client: Client, learner: ApiClient) -> None:
    assert learner.get("progress/").status_code == 200
    schema = client.get("/api/v1/schema/").json()
    for path, methods in schema["paths"].items():
        address = path.format(
            **dict.fromkeys(("response_id", "token"), "11111111-1111-4111-8111-111111111111"),
            slug="x",
            kind="sweep",
            scenario_id="x",
        )
        for method in methods:
            for token in ("wrong", "", "x" * 5000, "ünï", f"{learner.token}x"):
                answer = getattr(client, method)(address, headers={"X-Session-Token": token})
                assert_error(answer, 401, "invalid_token")
                assert answer.headers["WWW-Authenticate"]
    assert_error(client.get("/api/v1/docs/", headers={"X-Session-Token": "wrong"}), 401, "invalid_token")
    assert_error(client.get("/api/v1/nothing/", headers={"X-Session-Token": "wrong"}), 401, "invalid_token")


def test_a_token_ends_with_logging_out_and_with_the_account(learner: ApiClient) -> None:
    from django.contrib.auth import get_user_model

    other = ApiClient.of_new_learner()
    logged_out = learner.client.delete(
        "/_allauth/app/v1/auth/session", headers={"X-Session-Token": learner.token or ""}
    )
    assert logged_out.status_code == 401  # allauth's way to say: not authenticated any more
    assert_error(learner.get("topics/"), 401, "invalid_token")
    get_user_model().objects.order_by("pk").filter(username__startswith="ada").update(is_active=False)
    assert_error(other.get("topics/"), 401, "invalid_token")


def test_a_web_session_is_no_token(client: Client) -> None:
    client.post(
        "/_allauth/app/v1/auth/signup",
        json.dumps({"username": "eve", "email": "eve@example.org", "password": "a-long-pass-phrase-42"}),
        content_type=JSON,
    )
    from django.contrib.auth import get_user_model

    client.force_login(get_user_model().objects.get(username="eve"))
    assert_error(client.get("/api/v1/progress/"), 401, "not_authenticated")
    assert_error(client.post("/api/v1/responses/", "{}", content_type=JSON), 401, "not_authenticated")


def test_other_addresses_keep_their_own_errors(client: Client) -> None:
    answer = client.get("/no-such-page/")
    assert answer.status_code == 404
    assert answer.headers["Content-Type"].startswith("text/html")
    headless = client.post("/_allauth/app/v1/auth/login", "{}", content_type=JSON)
    assert "errors" in headless.json()


SIGN_UP = "/_allauth/app/v1/auth/signup"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", "not_json"),
        (b"\xff", "not_json"),
        (b"[" * 100_000, "too_deep"),
        (b'{"a":' * 40 + b"1" + b"}" * 40, "too_deep"),
        (b'{"username": "anna", "password": "\\ud800-on-a-learning-rate"}', "bad_text"),
        (b'{"password": "a", "password": "b"}', "doubled_key"),
        *((body, "bad_request") for body in (b"[]", b"null", b'"x"')),
    ],
)
def test_what_is_no_json_object_is_refused_by_accounts_too(client: Client, body: bytes, code: str) -> None:
    for path in (SIGN_UP, "/_allauth/app/v1/auth/login"):
        answer = client.post(path, body, content_type=JSON)
        told = answer.json()
        assert (answer.status_code, told["status"], answer.headers["Content-Type"]) == (400, 400, JSON)
        assert told["errors"][0]["code"] == code and told["errors"][0]["message"]


def test_accounts_answer_json_whatever_is_asked(client: Client) -> None:
    for method, path, body, status in (
        ("GET", "/_allauth/app/v1/nothing", b"", 404),
        ("PUT", SIGN_UP, b"{}", 405),
        ("POST", SIGN_UP, b" " * (MAX_BODY + 1), 413),
    ):
        answer = client.generic(method, path, body, content_type=JSON)
        assert (answer.status_code, answer.json()["status"]) == (status, status)
        assert answer.json()["errors"][0]["message"]
    assert "POST" in client.generic("PUT", SIGN_UP, b"{}", content_type=JSON).headers["Allow"]
    refused = client.post(SIGN_UP, {"username": "anna"}, content_type=JSON)
    assert {error["param"] for error in refused.json()["errors"]} == {"email", "password"}, "allauth's own"
