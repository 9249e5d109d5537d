"""Strict parsing of items: every rule of docs/content-format.md, and back to the same content."""

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizzes.core.content import ContentError, parse_item
from quizzes.core.content.parsing import run_of_claim
from quizzes.core.content.scenario import apply_changes
from quizzes.tests.core.catalogue import CATALOGUE, flashcard, question
from quizzes.tests.factory import flashcard_content, question_content, scenario_content


def problems_of(data: object) -> dict[str, str]:
    with pytest.raises(ContentError) as caught:
        parse_item(data, catalogue=CATALOGUE)
    return caught.value.fields


def changed(path: str, value: Any) -> dict[str, Any]:
    """The good question with the value at ``path`` (``choices.0.text``) replaced; ``...`` removes it."""
    content = copy.deepcopy(question_content())
    *parents, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    target: Any = content
    for part in parents:
        target = target[part]
    if value is ...:
        del target[last]
    else:
        target[last] = value
    return content


def test_a_good_question_is_taken() -> None:
    parsed = question()
    assert parsed.key == "b"
    assert parsed.scenario.resolved.runs[0].optimizer.lr == 0.25
    assert [choice.id for choice in parsed.choices] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("path", "value", "field", "says"),
    [
        ("stem", ..., "stem", "missing"),
        ("stem", "  \n ", "stem", "missing"),
        ("stem", 3, "stem", "Give a text"),
        ("stem", "broken $\\frac{1$", "stem", "\\frac{1"),
        ("id", "Not A Slug", "id", "lower-case"),
        ("id", "a--b", "id", "lower-case"),
        ("title", "x" * 81, "title", "At most 80"),
        ("level", "expert", "level", "beginner"),
        ("kind", "essay", "kind", "single_choice"),
        ("topic", "no-such-topic", "topic", "no-such-topic"),
        ("also", ["no-such-topic"], "also[0]", "no-such-topic"),
        ("also", ["too-high"], "also", "own topic"),
        ("also", ["too-low", "too-low"], "also[1]", "twice"),
        ("also", "too-low", "also", "list"),
        ("explanation", "word " * 121, "explanation", "has 121"),
        ("takeaway", "x" * 301, "takeaway", "At most 300"),
        ("look_at", ..., "look_at", "missing"),
        ("sources", [], "sources", "at least one"),
        ("sources", ["nobody-1999"], "sources[0]", "nobody-1999"),
        ("key", "d", "key", "no option"),
        ("key", ..., "key", "missing"),
        ("proof", "asserted", "proof", "proved"),
        ("proof", ..., "proof", "proved"),
        ("choices", [], "choices", "two to 8"),
        ("choices", "abc", "choices", "two to 8"),
        ("choices.0.id", "b", "choices", "a, b, c"),
        ("choices.0.text", "It converges!", "choices[1].text", "same as option a"),
        ("choices.0.feedback", ..., "choices[0].feedback", "missing"),
        ("choices.0.misconception", "nobody-thinks-so", "choices[0].misconception", "nobody-thinks-so"),
        ("choices.0.misconception", ..., "choices[0].misconception", "needs a misconception"),
        ("choices.1.misconception", "higher-is-faster", "choices[1].misconception", "key cannot"),
        ("choices.1.holds_at", {"lr": 0.3}, "choices[1].holds_at", "key holds"),
        ("choices.0.claim", ..., "choices[0].claim", "no claim"),
        ("choices.0.claim", {"status": "exploded"}, "choices[0].claim.status", "exploded"),
        ("choices.0.claim", {"run": "nobody", "status": "diverged"}, "choices[0].claim.run", "nobody"),
        ("choices.0.claim", "diverged", "choices[0].claim", "mapping"),
        ("choices.0.holds_at", {"rate": 3}, "choices[0].holds_at.rate", ""),
        ("choices.0.holds_at", {"lr": -1}, "choices[0].holds_at.lr", ""),
        ("choices.0.holds_at", {"run": "nobody", "lr": 1}, "choices[0].holds_at.run", "nobody"),
        ("choices.0.holds_at", {"run": "descent"}, "choices[0].holds_at", "at least one"),
        ("choices.0.hint", "x", "choices[0].hint", "Unknown key"),
        ("variables", {}, "variables", "Unknown key"),
        ("scenario", ..., "scenario", "Name a scenario"),
        ("scenario", "no-such-scenario", "scenario", "no-such-scenario"),
        ("scenario", 7, "scenario", "Name a scenario"),
        ("scenario.steps", 10**9, "scenario.steps", ""),
        ("scenario.runs.0.optimizer.name", "Sdg", "scenario.runs[0].optimizer.name", ""),
        ("slider", {"min": 0.3, "max": 1}, "slider.min", "0.25"),
        ("slider", {"min": 0.01, "max": 0.2}, "slider.max", "0.25"),
        ("slider", {"min": 1, "max": 0.1}, "slider.min", "larger"),
        ("slider", {"min": 0, "max": 1}, "slider.min", "above 0"),
        ("slider", {"min": "0.1", "max": 1}, "slider.min", "number"),
        ("slider", {"max": 1}, "slider.min", "missing"),
        ("slider", {"min": 0.1, "max": 1, "run": "nobody"}, "slider.run", "nobody"),
        ("slider", {"min": 0.1, "max": 1, "scale": "square"}, "slider.scale", "log"),
        ("slider", {"min": 0.1, "max": 1, "steps": 1}, "slider.steps", "2 to 1000"),
    ],
)
def test_what_is_wrong_is_named(path: str, value: Any, field: str, says: str) -> None:
    problems = problems_of(changed(path, value))
    assert field in problems, problems
    assert says in problems[field]


def test_all_problems_are_listed_at_once() -> None:
    content = changed("stem", ...)
    content["level"] = "expert"
    content["choices"][2]["feedback"] = ""
    assert {"stem", "level", "choices[2].feedback"} <= set(problems_of(content))


@pytest.mark.parametrize("data", [None, 3, "x", [], {}, {"kind": "flashcard"}, {3: 4}])
def test_nonsense_is_refused_with_words(data: object) -> None:
    assert problems_of(data)


@pytest.mark.parametrize("key", ["a", "c"])
def test_a_key_moved_to_another_option_is_refused_also_when_it_is_only_cited(key: str) -> None:
    content = question_content(proof="cited", key=key)
    for choice in content["choices"]:
        choice.pop("claim", None)
        choice.pop("holds_at", None)
    assert {"choices[1].misconception"} <= set(problems_of(content))
    content["key"] = "b"
    assert parse_item(content, catalogue=CATALOGUE)


def test_a_cited_question_has_claims_on_all_options_or_on_none() -> None:
    content = question_content(proof="cited")
    del content["choices"][0]["claim"], content["choices"][0]["holds_at"]
    assert "choices[0].claim" in problems_of(content)


def test_a_named_scenario_takes_changes() -> None:
    parsed = question(scenario="hopping-valley", changes={"lr": 0.3}, slider=None)
    assert parsed.scenario.resolved.runs[0].optimizer.lr == 0.3
    assert parsed.to_dict()["scenario"] == "hopping-valley"
    assert parsed.to_dict()["changes"] == {"lr": 0.3}


def test_changes_that_the_simulator_refuses_are_named() -> None:
    problems = problems_of(question_content(scenario="hopping-valley", changes={"momentum": 2, "x": 1}))
    assert any(path.startswith("changes") for path in problems)


def test_a_flashcard_may_go_without_a_scenario() -> None:
    assert flashcard(scenario=None, sources=None).scenario is None
    assert "stem" in problems_of(flashcard_content(stem="x"))
    assert "slider" in problems_of(flashcard_content(scenario=None, slider={"min": 0.1, "max": 1}))
    assert "changes" in problems_of(flashcard_content(scenario=None, changes={"lr": 1}))


def test_texts_of_a_form_and_of_a_file_are_the_same_content() -> None:
    in_form = question(stem="One line  \r\nand another\r\n\r\n")
    assert in_form == question(stem="One line\nand another\n")


def test_settings_change_in_the_run_that_is_meant() -> None:
    scenario = question(
        scenario={
            **scenario_content(),
            "runs": [
                {"label": "slow", "optimizer": {"name": "SGD", "lr": 0.1}},
                {"label": "fast", "optimizer": {"name": "SGD", "lr": 0.4}},
            ],
        },
        slider=None,
        choices=[
            {**choice, "claim": {"run": "fast", "status": "converged"}, "holds_at": None}
            for choice in question_content()["choices"]
        ],
    ).scenario.resolved
    assert apply_changes(scenario, {"lr": 0.2}).run("slow").optimizer.lr == 0.2
    assert apply_changes(scenario, {"lr": 0.2}, "fast").run("fast").optimizer.lr == 0.2
    assert apply_changes(scenario, {"lr": 0.2, "run": "fast"}, "slow").run("slow").optimizer.lr == 0.1


def test_the_run_of_a_claim() -> None:
    fast = {"run": "fast", "status": "diverged"}
    assert run_of_claim(None) is None
    assert run_of_claim({"status": "diverged"}) is None
    assert run_of_claim(fast) == "fast"
    assert run_of_claim({"all": [fast, {"not": fast}]}) == "fast"
    assert run_of_claim({"any": [fast, {"run": "slow", "monotone": True}]}) is None
    assert run_of_claim({"run": "fast", "measure": "final_loss", "below": {"run": "slow"}}) == "fast"


TEXTS = st.text(
    alphabet=st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"), exclude_characters="$"),
    min_size=1,
    max_size=40,
).filter(lambda text: bool(text.strip()))
RATES = st.floats(min_value=0.01, max_value=0.9)


@settings(deadline=None, max_examples=40)
@given(
    texts=st.lists(TEXTS, min_size=4, max_size=4),
    lr=RATES,
    sources=st.lists(st.sampled_from(["goh-2017", "cohen-2021"]), min_size=1, unique=True),
    also=st.lists(st.sampled_from(["too-low", "momentum"]), unique=True),
    named=st.booleans(),
)
def test_parsing_what_was_parsed_changes_nothing(
    texts: list[str], lr: float, sources: list[str], also: list[str], named: bool
) -> None:
    stem, explanation, feedback, title = texts
    content = question_content(
        stem=stem,
        explanation=explanation,
        title=title,
        sources=sources,
        also=also,
        scenario="hopping-valley" if named else scenario_content(lr=lr),
        changes={"lr": lr} if named else None,
        slider={"min": lr / 2, "max": lr * 2},
    )
    content["choices"][1]["feedback"] = feedback
    parsed = parse_item(content, catalogue=CATALOGUE)
    assert parse_item(parsed.to_dict(), catalogue=CATALOGUE) == parsed


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@settings(deadline=None, max_examples=80)
@given(key=st.sampled_from(sorted(question_content())), value=JSON)
def test_whatever_a_key_holds_the_error_is_one_of_content(key: str, value: Any) -> None:
    try:
        parse_item({**question_content(), key: value}, catalogue=CATALOGUE)
    except ContentError as error:
        assert error.fields
