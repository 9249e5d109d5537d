"""The OpenAPI document is valid, complete, and what the endpoints really answer."""

from __future__ import annotations

import re
import uuid
import warnings
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import validate

from quizzes.tests.api.bank import make_card, make_question
from quizzes.tests.api.client import ApiClient, response_to
from simulator.api.analyses import VIEWS
from simulator.core.objectives import OBJECTIVES
from simulator.core.optimizers import OPTIMIZERS
from simulator.core.schedulers import SCHEDULERS
from simulator.services import named_scenarios
from studyapp.api.schema import without_nullable

pytestmark = pytest.mark.django_db
RUN = {
    "objective": {"name": "quadratic", "eigenvalues": [1, 25]},
    "start": [10, 1],
    "steps": 30,
    "runs": [{"optimizer": {"name": "SGD", "lr": 0.3}}],
    "record": {"points": "all", "params": True},
}
EMPTY = ("quizzes/", "guides/", "glossary/")


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    return made_schema()


def made_schema() -> dict[str, Any]:
    document: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return document


def test_the_document_is_valid_and_made_without_a_warning(capsys: pytest.CaptureFixture[str]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        GENERATOR_STATS.reset()
        document = made_schema()
    assert not GENERATOR_STATS, capsys.readouterr().err
    validate(document)
    served = Client().get("/api/v1/schema/")
    assert served.headers["Content-Type"] == "application/json"
    assert served.json()["openapi"] == "3.1.0"
    assert "nullable" not in served.content.decode(), "a word of 3.0, which 3.1 does not know"
    assert set(served.json()["paths"]) == set(document["paths"])


def test_every_address_is_in_the_document(schema: dict[str, Any]) -> None:
    def addresses(patterns: Any, prefix: str = "") -> list[str]:
        found: list[str] = []
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                found += addresses(pattern.url_patterns, prefix + str(pattern.pattern))
            elif isinstance(pattern, URLPattern) and pattern.name not in {"api-unknown", "api-docs"}:
                found.append(prefix + str(pattern.pattern))
        return found

    resolver = next(each for each in get_resolver().url_patterns if str(each.pattern) == "api/")
    known = {re.sub(r"\{\w+\}", "{}", path) for path in schema["paths"]}
    for address in addresses(resolver.url_patterns, "/api/"):
        plain = re.sub(r"\(\?P<\w+>(?:[^()]|\([^()]*\))*\)|<\w+:\w+>", "{}", address)
        plain = plain.replace("^", "").replace("$", "").replace("\\", "")
        assert plain in known, address


def test_every_operation_lists_what_any_endpoint_can_answer(schema: dict[str, Any]) -> None:
    shape = {"$ref": "#/components/schemas/ErrorOut"}
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            answers = operation["responses"]
            needed = {"400", "401", "405", "406", "413", "429", "500"}
            needed |= {"415"} if method == "post" else set()
            assert method != "post" or operation["requestBody"]["required"], path
            needed |= {"412"} if "304" in answers else set()
            needed |= {"404"} if "{" in path else set()
            assert needed <= set(answers), (path, needed - set(answers))
            for status, answer in answers.items():
                if status >= "400":
                    assert answer["content"]["application/json"]["schema"] == shape, (path, status)
                    assert answer["description"], (path, status)


NULL = {"type": "null"}


@pytest.mark.parametrize(
    ("shape", "told"),
    [
        ({"type": "string"}, {"type": ["string", "null"]}),
        ({"type": ["string", "null"]}, {"type": ["string", "null"]}),
        ({"type": "string", "enum": ["a"]}, {"type": ["string", "null"], "enum": ["a", None]}),
        ({"$ref": "#/a"}, {"anyOf": [{"$ref": "#/a"}, NULL]}),
        ({"allOf": [{"$ref": "#/a"}]}, {"anyOf": [{"allOf": [{"$ref": "#/a"}]}, NULL]}),
    ],
)
def test_every_shape_that_may_be_null_says_so(shape: dict[str, Any], told: dict[str, Any]) -> None:
    within = {"properties": {"nullable": {**shape, "nullable": True}, "other": {**shape, "nullable": False}}}
    assert without_nullable(within) == {"properties": {"nullable": told, "other": shape}}


def held_against(schema: dict[str, Any], path: str, method: str, answer: Any) -> None:
    """The status is one of the operation's, and the body has its shape."""
    operation = schema["paths"]["/api/v1/" + path][method]
    status = str(answer.status_code)
    assert status in operation["responses"], (path, status)
    content = operation["responses"][status].get("content")
    if content is None:
        assert answer.content == b""
        return
    kind = answer.headers["Content-Type"].split(";")[0]
    assert kind in content, (path, kind)
    if kind == "application/json":
        shape = json_schema_of({**content[kind]["schema"], "components": schema["components"]})
        Draft202012Validator(shape, format_checker=FormatChecker()).validate(answer.json())


def json_schema_of(shape: Any) -> Any:
    """The shape as it stands, which OpenAPI 3.1 writes in JSON Schema; only that an object takes no keys but
    those listed."""
    if isinstance(shape, list):
        return [json_schema_of(each) for each in shape]
    if not isinstance(shape, dict):
        return shape
    inner = {key: json_schema_of(value) for key, value in shape.items()}
    kinds = inner.get("type") or ()
    is_listed = "object" in kinds and isinstance(inner.get("properties"), dict)
    return {"additionalProperties": False} | inner if is_listed else inner


def analysis_order(kind: str) -> dict[str, Any]:
    """An order of an analysis that suits it."""
    order = {key: value for key, value in RUN.items() if key != "record"} | {"noise": {"sigma": 0.1}}
    if kind == "validation":
        order |= {"objective": {"name": "logistic"}, "data": {"dataset": "blobs", "n": 20}}
    axes = [{"name": "lr", "low": 0.01, "high": 0.1}, {"name": "momentum", "low": 0.1, "high": 0.9}]
    return order | {kind: {"axes": axes} if kind == "search" else {}}


def figure_of_a_result(learner: ApiClient) -> str:
    """The address of a figure, out of a result."""
    told = learner.post("responses/", response_to("overshoot-converges")).json()["simulation"]["data"]
    found = re.search(r"/figures/([^/]+)/", told)
    assert found
    return found[1]


def test_each_endpoint_answers_what_its_schema_says(schema: dict[str, Any], learner: ApiClient) -> None:
    make_question()
    make_card(scenario=True)
    make_card("card-of-words")
    guest = ApiClient()
    name = next(iter(named_scenarios()))
    checked: set[tuple[str, str, int]] = set()

    def check(method: str, path: str, answer: Any) -> Any:
        held_against(schema, path, method, answer)
        checked.add((method, path, answer.status_code))
        return answer

    def get(
        path: str, client: ApiClient = guest, query: Any = None, headers: Any = None, **names: str
    ) -> Any:
        return check("get", path, client.get(path.format(**names), query, **headers or {}))

    def post(path: str, body: Any, client: ApiClient = learner) -> Any:
        return check("post", path, client.post(path, body))

    for path in ("", "schema/", "topics/", "questions/", "flashcards/", "scenarios/", *EMPTY):
        get(path)
        get(path, headers={"Accept": "image/png"})
        get(path, headers={"X-Session-Token": "wrong"})
    for path in ("topics/", "questions/", "flashcards/", "scenarios/", *EMPTY):
        get(path, query={"level": "none"})
        etag = get(path).headers["ETag"]
        get(path, headers={"If-None-Match": etag})
        get(path, headers={"If-Match": '"other"'})
        assert get(path, query={"page": 99}).status_code == 404
    for path, slug in (
        ("topics", "too-high"),
        ("questions", "overshoot-converges"),
        ("flashcards", "card-limit"),
    ):
        get(f"{path}/{{slug}}/", slug=slug)
        get(f"{path}/{{slug}}/", slug="nothing")
    get("scenarios/{scenario_id}/", scenario_id=name)
    get("scenarios/{scenario_id}/", scenario_id="nothing")
    get("scenarios/{scenario_id}/data/", scenario_id=name)
    get("scenarios/{scenario_id}/data/", scenario_id=name, headers={"If-Match": '"other"'})
    get("scenarios/{scenario_id}/vega/", scenario_id=name)
    assert get("flashcards/{slug}/", slug="card-of-words").json()["simulation"] is None
    without_slider = next(each.id for each in named_scenarios().values() if each.slider is None)
    assert get("scenarios/{scenario_id}/", scenario_id=without_slider).json()["slider"] is None
    get("scenarios/{scenario_id}/data/", scenario_id=without_slider)
    get("", headers={"Host": "another.example"})

    told = figure_of_a_result(learner)
    get("figures/{token}/data/", token=told)
    get("figures/{token}/vega/", token=told)

    sent = [response_to("overshoot-converges"), response_to("card-limit", {"rating": "hard"})]
    for body in (sent[0], sent[0], sent, [{}], {}, [response_to("overshoot-converges", {"choice": "z"})]):
        post("responses/", body)
    post("responses/", sent[0], guest)
    get("responses/", learner)
    get("responses/", learner, {"since": "x"})
    get("responses/", learner, {"page": 9})
    get("responses/{response_id}/", learner, response_id=sent[0]["id"])
    get("responses/{response_id}/", learner, response_id=sent[1]["id"])
    get("responses/{response_id}/", learner, response_id=str(uuid.uuid4()))
    get("progress/", learner)
    get("progress/", guest)
    post("simulations/", RUN)
    assert post("simulations/", {**RUN, "record": None}).status_code == 200
    post("simulations/", {**RUN, "typo": 1})
    post("simulations/", {**RUN, "steps": 5000, "runs": RUN["runs"] * 30})
    plain = {key: value for key, value in RUN.items() if key != "record"}
    for path in ("simulations/pytorch/", "simulations/notebook/"):
        post(path, plain)
        post(path, RUN)
        dear = {"objective": {"name": "mlp", "layers": [2, 60, 1]}, "data": {"dataset": "circles", "n": 2000}}
        assert post(path, {**dear, "steps": 5000, "runs": RUN["runs"] * 9}).status_code == 422
    for view in VIEWS:
        order = analysis_order(view.kind)
        path = f"simulations/{view.kind.replace('_', '-')}/"
        assert post(path, order).status_code == 200
        assert post(path, order | {"typo": 1}).status_code == 400
        assert (
            post(path, order | {"steps": 5000, "runs": RUN["runs"] * 9, "start": None} | dear).status_code
            == 422
        )
    stopping = [{**RUN["runs"][0], "scheduler": {"name": "StepLR", "step_size": 5, "gamma": 0}}]
    found = post("simulations/sharpness/", analysis_order("sharpness") | {"runs": stopping}).json()
    assert None in found["limit"], "no sharpness is too much for a rate of 0"
    assert {status for *_, status in checked} == {200, 201, 304, 400, 401, 404, 406, 412, 422}
    json_paths = {path for path in schema["paths"] if not re.search(r"\.\w+$", path)}
    assert json_paths == {"/api/v1/" + path for _method, path, _status in checked}


def test_what_may_be_sent_is_in_the_shape_of_the_body(schema: dict[str, Any]) -> None:
    def problems(path: str, body: Any) -> list[str]:
        content = schema["paths"]["/api/v1/" + path]["post"]["requestBody"]["content"]
        shape = {**content["application/json"]["schema"], "components": schema["components"]}
        validator = Draft202012Validator(json_schema_of(shape), format_checker=FormatChecker())
        return [error.message for error in validator.iter_errors(body)]

    plain = {key: value for key, value in RUN.items() if key != "record"}
    for body in (RUN, plain | {"record": None}, plain | {"noise": None, "start": None, "clip_norm": None}):
        assert not problems("simulations/", body)
    for wrong in ({"noise": {"seed": 1}}, {"batches": {"size": 0}}, {"clip_norm": 0}, {"start": []}):
        assert problems("simulations/", plain | wrong)
    for names in (OBJECTIVES, OPTIMIZERS, SCHEDULERS):
        assert ", ".join(names) in str(schema["components"]["schemas"]["ScenarioRun"])
    assert problems("simulations/", plain | {"runs": []}) and problems("simulations/", plain | {"typo": 1})
    assert problems("simulations/", plain | {"runs": [{"optimizer": {"name": "SGD", "lr": 1}, "typo": 1}]})
    for view in VIEWS:
        path = f"simulations/{view.kind.replace('_', '-')}/"
        assert not problems(path, analysis_order(view.kind))
        assert problems(path, analysis_order(view.kind) | {"typo": 1})
    for sent in (response_to("a"), response_to("a", {"rating": "good"}), response_to("a", version=None)):
        assert not problems("responses/", sent) and not problems("responses/", [sent])


def test_the_reader_of_the_schema_has_a_policy_of_its_own(client: Client) -> None:
    page = client.get("/api/v1/docs/")
    assert page.status_code == 200
    html = page.content.decode()
    assert "swagger-ui-bundle.js" in html
    assert "//cdn" not in html
    policy = page.headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy + ";"
    assert "unsafe-inline" in policy
    assert "unsafe-eval" not in policy
    # the one script that the page has inline elsewhere is an address here
    assert not re.search(r"<script>", html)
    assert "unsafe-inline" not in client.get("/api/v1/schema/").headers["Content-Security-Policy"]
