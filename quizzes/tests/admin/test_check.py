"""The check before saving: problems, verdicts, figure and preview; and input that is wrong in every way."""

from __future__ import annotations

import json
import re

import pytest
from django.http import HttpResponse
from django.urls import reverse

from quizzes.models import Choice, Item
from quizzes.tests.admin.conftest import Desk, type_question
from quizzes.tests.admin.page_form import PageForm

pytestmark = pytest.mark.django_db


def text_of(response: HttpResponse) -> str:
    """The words of a page, without markup."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_check_shows_verdicts_numbers_figure_and_preview_and_saves_nothing(desk: Desk) -> None:
    response = desk.press(type_question(desk.blank()), "_check")
    page, words = response.content.decode(), text_of(response)
    assert "Ready to publish." in words
    assert "the run diverges false ✓ as it should be" in words
    assert "true ✓ as it should be final loss 7.44 × 10⁻²⁴, below 10⁻⁶" in words
    assert page.count('<figure class="panel"><svg') == 2  # landscape and loss
    assert "<math" in page and "What happens?" in words
    assert not Item.objects.exists() and not Choice.objects.exists()


def test_check_keeps_everything_that_was_typed(desk: Desk) -> None:
    form = type_question(desk.blank()).option(1, claim_0_number="tiny").fill(scenario_steps="4e")
    form.fill(explanation="Typed\nin two lines & <b>more</b>")
    before = {name: value for name, value in form.values.items() if name != "csrfmiddlewaretoken"}
    back = desk.again(desk.press(form, "_check"))
    assert {name: [v.replace("\r\n", "\n") for v in back.values.get(name, [])] for name in before} == before


def test_check_tells_whether_an_option_would_hold_where_it_says(desk: Desk) -> None:
    form = type_question(desk.blank())
    assert "✓ would hold at lr 1.25: true, diverged at step" in text_of(desk.press(form, "_check"))
    words = text_of(desk.press(form.option(0, holds_at_lr="0.5"), "_check"))
    assert "✕ would hold at lr 0.5: false" in words
    assert "Option a says that it would hold at lr 0.5, but there the claim" in words


def test_check_of_a_wrong_key_says_what_must_be(desk: Desk) -> None:
    words = text_of(desk.press(type_question(desk.blank()).fill(key="choices-0"), "_check"))
    assert "✕ the key must be true" in words
    assert "✕ a wrong option must be false" in words
    assert "Option A, misconception: The key cannot be a misconception." in words


def test_verdicts_are_told_before_the_texts_are_written(desk: Desk) -> None:
    form = type_question(desk.blank()).fill(explanation="", takeaway="").option(2, feedback="")
    words = text_of(desk.press(form, "_check"))
    assert "Explanation: This text is missing." in words
    assert "Option C, feedback: This text is missing." in words
    assert "true ✓ as it should be" in words


def test_check_of_an_empty_form(desk: Desk) -> None:
    words = text_of(desk.press(desk.open(), "_check"))
    assert "to mend before it can be published" in words
    assert "There is no scenario to run yet." in words


def test_check_for_scripts_gives_the_result_alone(desk: Desk) -> None:
    form = type_question(desk.blank())
    response = desk.client.post(
        reverse("admin:quizzes_item_add"), form.post("_check"), headers={"X-Check-Only": "1"}
    )
    page = response.content.decode()
    assert "Ready to publish." in page and "<form" not in page and "<html" not in page


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"scenario_lr0": "1e400"}, "too large or not finite"),
        ({"scenario_lr0": "-0.1"}, "lr"),
        ({"scenario_steps": "1000000000"}, "5000"),
        ({"scenario_start": "1, 2"}, "start"),
        ({"scenario_options0": "nestrov = true"}, "nestrov"),
        ({"scenario_source": "json", "scenario_json": "{"}, "not valid JSON"),
        ({"scenario_source": "json", "scenario_json": "[]"}, "A scenario is a JSON object"),
        ({"scenario_source": "json", "scenario_json": '{"steps": 1e400}'}, "too large"),
        ({"scenario_source": "json", "scenario_json": "[" * 50_000}, "JSON"),
        ({"scenario_source": "json", "scenario_json": '{"steps": 5}'}, "runs: "),
        ({"scenario_source": "named", "scenario_name": "no-such-scenario"}, "Select a valid choice"),
        ({"scenario_source": "forged"}, "Select a valid choice"),
        ({"slider_min": "2", "slider_max": "1"}, "The smallest rate must be below the largest."),
        ({"title": "x" * 500}, "at most 80 characters"),
        ({"stem": "x" * 30_000}, "At most 20000 characters"),
        ({"topic": "999999"}, "Select a valid choice"),
        ({"key": "choices-77"}, "Key"),
        ({"sources": ["not-a-number"]}, "is not a valid value"),
    ],
)
def test_bad_input_is_answered_at_the_field(desk: Desk, typed: dict[str, str], message: str) -> None:
    form = type_question(desk.blank()).fill(**typed)
    # An unknown key is no key: it may be saved in a draft, and the check tells. All else is refused.
    response = desk.press(form, "_check" if "key" in typed else "_continue")
    assert message in text_of(response)
    assert desk.again(response).values["takeaway"] == ["Overshooting is not failing."]
    assert not Item.objects.exists()


def test_too_dear_scenario_is_refused_at_the_field(desk: Desk) -> None:
    layers = {"name": "mlp", "layers": [2, 100, 1]}
    runs = [{"label": f"r{n}", "optimizer": {"name": "SGD", "lr": 0.01}} for n in range(512)]
    data = {"dataset": "circles", "n": 2000}
    for objective, more in ((layers, {"data": data}), ({"name": "quadratic", "eigenvalues": [1] * 256}, {})):
        scenario = {"objective": objective, "start": [1] * 256, "steps": 5000, "runs": runs, **more}
        form = type_question(desk.blank()).fill(scenario_source="json", scenario_json=json.dumps(scenario))
        response = desk.press(form, "_check")
        assert "Ready to publish" not in text_of(response)
        assert "to mend" in text_of(response)
        assert '<figure class="panel">' not in response.content.decode()


def test_hidden_inputs_of_another_source_are_ignored(desk: Desk) -> None:
    form = type_question(desk.blank()).fill(scenario_json="{ broken", scenario_changes_lr="fast")
    assert "Ready to publish." in text_of(desk.press(form, "_check"))


def test_forged_management_form_is_no_traceback(desk: Desk) -> None:
    form = type_question(desk.blank())
    form.values["choices-TOTAL_FORMS"] = ["x"]
    assert desk.press(form, "_check").status_code == 200


def test_two_items_never_share_an_id(desk: Desk) -> None:
    for _ in range(2):
        desk.press(type_question(desk.blank()), "_continue")
    assert set(Item.objects.values_list("slug", flat=True)) == {
        "three-quarters-of-the-limit",
        "three-quarters-of-the-limit-2",
    }
    taken = type_question(desk.blank()).fill(slug="three-quarters-of-the-limit")
    assert "already exists" in text_of(desk.press(taken, "_continue"))


def test_named_scenario_with_settings_changed(desk: Desk) -> None:
    form: PageForm = desk.open()
    named = [name for name in form.options["scenario_name"] if name]
    assert named, "the catalogue is offered"
    type_question(form).fill(scenario_source="named", scenario_name=named[0], scenario_changes_steps="7")
    response = desk.press(form, "_continue")
    item = Item.objects.get()
    assert (item.scenario_name, item.scenario_changes, item.scenario) == (named[0], {"steps": 7}, None)
    assert desk.again(response).values["scenario_changes_steps"] == ["7"]
