"""Keys proved by simulation: a flipped key, a true distractor and a wrong prediction are all found."""

import copy
from typing import Any

import pytest

from quizzes.core.freezing import freeze_answer, freeze_question, slider_of, version_digest
from quizzes.core.proving import prove
from quizzes.tests.core.catalogue import CATALOGUE, flashcard, question
from quizzes.tests.factory import question_content, scenario_content
from simulator.core import SIMULATOR_VERSION
from simulator.core.training import simulate


def with_claims(key_claim: Any, wrong_claim: Any, **changes: Any) -> Any:
    choices = copy.deepcopy(question_content()["choices"])[:2]
    choices[0] |= {"claim": wrong_claim, "holds_at": None}
    choices[1] |= {"claim": key_claim}
    return question(choices=choices, **changes)


def test_a_key_is_proved_with_the_numbers_measured() -> None:
    proof = prove(question())
    assert not proof.problems
    assert [claim.verdict for claim in proof.claims] == ["refuted", "proved", "refuted"]
    payload = proof.to_payload()
    assert payload["verdict"] == "proved"
    assert payload["simulator"] == SIMULATOR_VERSION
    assert "7.44" in payload["claims"][1]["measured"]


def test_a_false_key_is_a_problem_that_names_option_claim_and_number() -> None:
    (problem,) = prove(with_claims({"measure": "final_loss", "above": 1}, {"status": "diverged"})).problems
    assert problem.choice == "b"
    assert problem.verdict == "refuted"
    assert "Option b is the key" in problem.message
    assert "final loss" in problem.message and "7.44" in problem.message


def test_a_wrong_option_that_is_true_is_a_problem() -> None:
    (problem,) = prove(with_claims({"status": "converged"}, {"monotone": True})).problems
    assert (problem.choice, problem.verdict) == ("a", "proved")
    assert "wrong option" in problem.message


def test_undecided_blocks_a_proved_key_but_not_a_cited_one() -> None:
    near = {"scenario": scenario_content(lr=0.99, steps=200), "slider": None}
    claims: Any = ({"not": {"status": "diverged"}}, {"monotone": False})
    assert {p.verdict for p in prove(with_claims(*claims, **near)).problems} == {"undecided"}
    assert not prove(with_claims(*claims, proof="cited", **near)).problems


def test_a_cited_key_may_not_be_contradicted_by_its_own_claims() -> None:
    problems = prove(with_claims({"status": "diverged"}, {"status": "oscillating"}, proof="cited")).problems
    assert [problem.choice for problem in problems] == ["b"]


@pytest.mark.parametrize(("lr", "fits"), [(1.25, True), (0.5, False), (1.0, False)])
def test_holds_at_must_be_proved_at_those_settings(lr: float, fits: bool) -> None:
    choices = copy.deepcopy(question_content()["choices"])
    choices[0]["holds_at"] = {"lr": lr}
    problems = prove(question(choices=choices)).problems
    assert not problems if fits else "would hold at lr" in problems[0].message


@pytest.mark.parametrize("key", ["a", "c"])
def test_a_key_moved_together_with_its_misconception_is_still_found(key: str) -> None:
    content = question_content(key=key)
    for choice in content["choices"]:
        choice["misconception"] = None if choice["id"] == key else "higher-is-faster"
        choice.pop("holds_at", None)
    assert {p.choice for p in prove(question(**{k: content[k] for k in ("key", "choices")})).problems} == {
        key,
        "b",
    }


def test_what_is_shown_before_the_answer_holds_nothing_of_the_answer() -> None:
    shown = str(freeze_question(question()))
    for secret in ("Feedback on", "higher-is-faster", "Below the limit", "diverged", "0.5", "eigenvalues"):
        assert secret not in shown


def test_the_answer_holds_everything_else() -> None:
    content = question(slider=None, scenario="hopping-valley", changes={"lr": 0.3})
    result = simulate(content.scenario.resolved)
    answer = freeze_answer(content, CATALOGUE, proof=prove(content).to_payload(), result=result)
    assert answer["key"] == "b"
    assert answer["choices"][0]["belief"] == "Higher is faster."
    assert answer["choices"][1]["belief"] is None
    assert answer["scenario"] == content.scenario.resolved.to_dict()
    assert answer["slider"] == CATALOGUE.sliders["hopping-valley"]
    assert answer["description"] == result.runs[0].words
    assert answer["sources"][0]["url"].startswith("https://")


def test_a_slider_of_the_catalogue_is_not_taken_where_its_range_misses_the_rate() -> None:
    assert (
        slider_of(question(slider=None, scenario="hopping-valley", changes={"lr": 0.05}), CATALOGUE) is None
    )


def test_a_flashcard_has_no_key_and_its_back_is_shown() -> None:
    card = flashcard()
    assert freeze_question(card)["back_html"].startswith("<p>At <span")  # type: ignore[typeddict-item]
    answer = freeze_answer(card, CATALOGUE, proof=None, result=None)
    assert answer["key"] == "" and answer["proof"] is None and answer["choices"] == []


def test_the_digest_follows_everything_that_a_version_is_made_of() -> None:
    base = version_digest(question(), CATALOGUE)
    assert version_digest(question(), CATALOGUE) == base
    assert version_digest(question(stem="Another stem"), CATALOGUE) != base
    other_belief = {**CATALOGUE.misconceptions, "higher-is-faster": "Another belief."}
    changed = type(CATALOGUE)(
        CATALOGUE.topics, other_belief, CATALOGUE.sources, CATALOGUE.scenarios, CATALOGUE.sliders
    )
    assert version_digest(question(), changed) != base


def test_a_prediction_names_the_run_that_it_changes() -> None:
    scenario = scenario_content()
    scenario["runs"] = [
        {"label": "slow", "optimizer": {"name": "SGD", "lr": 0.1}},
        {"label": "fast", "optimizer": {"name": "SGD", "lr": 0.4}},
    ]
    choices = copy.deepcopy(question_content()["choices"])
    for choice in choices:
        choice["claim"]["run"] = "fast"
    content = question(scenario=scenario, choices=choices, slider=None)
    assert not prove(content).problems
    answer = freeze_answer(content, CATALOGUE, proof=None, result=None)
    assert answer["choices"][0]["holds_at"] == {"lr": 1.25, "run": "fast"}
