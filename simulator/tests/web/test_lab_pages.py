"""The pages of the lab over HTTP, as a browser without scripts asks for them."""

import json
import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from simulator.core.spec import parse_scenario
from simulator.services import Prediction, Slider, build_figure, named_scenarios
from simulator.services.addresses import token_of
from simulator.services.lab import Setup, lab_address, lab_tasks, unpack
from simulator.web.lab.shape import lab_form
from simulator.web.lab.texts import Texts, texts_of

pytestmark = pytest.mark.django_db
FIRST = {
    "objective": {"name": "quadratic", "eigenvalues": [1, 25]},
    "start": [10, 1],
    "steps": 100,
    "runs": [{"optimizer": {"name": "SGD", "lr": 0.03}}],
}
SCENARIO = parse_scenario(FIRST)


def form(**changes: str) -> Texts:
    return texts_of(SCENARIO) | {"objective.was": "quadratic", "do": "run"} | changes


def told(response: Any) -> str:
    return unescape(re.sub(r"\s+", " ", response.content.decode()))


def setup_at(address: str) -> Setup:
    found = re.search(r"[?&]s=([^&#]+)", address)
    assert found is not None, address
    return unpack(found[1])


def test_the_first_page_offers_tasks_and_scenarios(client: Client) -> None:
    page = told(client.get("/lab/"))
    assert all(task.title in page for task in lab_tasks().values())
    assert all(named.title in page for named in named_scenarios().values())


def test_run_leads_to_the_address_of_what_the_form_says(client: Client) -> None:
    response = client.post(
        "/lab/", form(**{"runs[0].optimizer.lr": "0.07", "runs[0].optimizer.momentum": ".5"})
    )
    assert response.status_code == 303
    run = setup_at(response["Location"]).scenario.runs[0]
    assert (run.optimizer.lr, run.optimizer.options["momentum"]) == (0.07, 0.5)
    page = client.get(response["Location"].partition("#")[0])
    assert page.status_code == 200 and "<svg" in page.content.decode()


def test_two_people_see_the_same_picture_at_an_address(client: Client) -> None:
    address = lab_address(Setup(SCENARIO))
    pictures = [re.findall(r"<svg.*?</svg>", told(one.get(address))) for one in (client, Client())]
    assert pictures[0] and pictures[0] == pictures[1]


def test_a_figure_taken_to_the_lab_is_the_same_figure(client: Client) -> None:
    figure = build_figure(
        parse_scenario(FIRST),
        slider=Slider(min=0.01, max=0.2),
        prediction=Prediction("", {"lr": 0.1}, "your answer"),
    )
    page = told(client.get(figure.lab))
    assert f'id="{figure.uid}"' in page  # made from the digest of everything that is in a figure
    panels = [re.sub(r"\s+", " ", str(panel.inline)) for panel in figure.panels]
    assert panels and all(unescape(panel) in page for panel in panels)


BACK = "Back to where the figure is from"


def test_the_lab_leads_back_to_the_page_of_the_figure(client: Client) -> None:
    address = lab_address(Setup(SCENARIO), **{"from": "/questions/a-question/?part=2"})
    page = told(client.get(address))
    assert f'<a href="/questions/a-question/?part=2">{BACK}</a>' in page
    sent = form(**{"from": "/questions/a-question/?part=2"})
    lead = client.post("/lab/", {**sent, "steps": "50"})["Location"]
    assert "from=%2Fquestions%2Fa-question%2F%3Fpart%3D2" in lead
    assert BACK in told(client.get(lead.partition("#")[0]))
    assert BACK in told(client.post("/lab/", {**sent, "steps": "0"})), "an error loses nothing"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://example.org/",
        "//example.org/",
        "/\\example.org",
        "javascript:alert(1)",
        "/" + "a" * 400,
        "//\t/example.org/",
        "//\n/example.org",
        "//\r/example.org",
        "/\\\t/example.org",
        "/\t//example.org",
    ],
)
def test_the_lab_leads_to_no_other_site(client: Client, elsewhere: str) -> None:
    page = told(client.get(lab_address(Setup(SCENARIO), **{"from": elsewhere})))
    assert BACK not in page and elsewhere not in page


def test_the_address_of_a_figure_leads_to_the_lab(client: Client) -> None:
    figure = build_figure(parse_scenario(FIRST))
    response = client.get("/lab/", {"figure": token_of(figure.scene)})
    assert setup_at(response["Location"]).scenario == SCENARIO
    assert client.get("/lab/", {"figure": "made-up"}).status_code == 404


def test_a_named_scenario_leads_to_its_address(client: Client) -> None:
    response = client.get("/lab/", {"scenario": "hopping-valley"})
    assert setup_at(response["Location"]).scenario == named_scenarios()["hopping-valley"].scenario
    assert client.get("/lab/", {"scenario": "no-such"}).status_code == 404


def test_the_slider_without_a_script_keeps_the_address(client: Client) -> None:
    address = lab_address(Setup(SCENARIO))
    page = told(client.get(address + "&lr=0.05"))
    packed = address.partition("s=")[2]
    assert f'<input type="hidden" name="s" value="{packed}">' in page
    rate = re.search(r'name="lr" value="([^"]+)"', page)
    assert rate is not None and float(rate[1]) == pytest.approx(0.05, rel=0.05)  # the nearest on the slider


@pytest.mark.parametrize("text", ["x", "eNqrVkrKTFGyUsgtKi7RUQJSKYklqUpWSrUAWXgGRg"])
def test_a_broken_address_leads_back_to_the_first_page(client: Client, text: str) -> None:
    response = client.get("/lab/", {"s": text})
    assert response.status_code == 400 and "address of the lab is not complete" in told(response)


def test_an_error_keeps_what_was_typed_and_says_what_would_be_right(client: Client) -> None:
    response = client.post("/lab/", form(steps="many", **{"runs[0].optimizer.momentum": "0.9"}))
    page = told(response)
    assert response.status_code == 422
    assert "must be a whole number of at least 1 and at most 5000, not “many”" in page
    assert 'value="many"' in page and 'value="0.9"' in page and "aria-invalid" in page


def test_what_would_cost_too_much_is_told_with_the_form(client: Client) -> None:
    dear = parse_scenario(
        {
            "objective": {"name": "mlp", "layers": [2, 16, 1]},
            "data": {"dataset": "circles", "n": 2000},
            "steps": 5000,
            "runs": [{"optimizer": {"name": "SGD", "lr": 0.1}}, {"optimizer": {"name": "SGD", "lr": 0.2}}],
        }
    )
    response = client.get(lab_address(Setup(dear)))
    assert response.status_code == 422 and "Fewer steps" in told(response)


def test_another_choice_brings_its_inputs_without_running(client: Client) -> None:
    response = client.post("/lab/", form(do="fields", **{"objective.name": "two_wells"}))
    page = told(response)
    assert response.status_code == 200 and 'name="objective.depth" value="0.6, 1.5"' in page
    assert "scenario-figure" not in page


def test_an_unchanged_scenario_keeps_slider_and_prediction_and_a_changed_one_drops_the_prediction(
    client: Client,
) -> None:
    setup = Setup(SCENARIO, Slider(min=0.01, max=0.2), Prediction("", {"lr": 0.1}, "your answer"))
    was = lab_address(setup).partition("s=")[2]
    assert setup_at(client.post("/lab/", form(was=was))["Location"]) == setup
    changed = setup_at(client.post("/lab/", form(was=was, **{"runs[0].optimizer.lr": "0.05"}))["Location"])
    assert changed.slider == setup.slider and changed.prediction is None
    off = setup_at(client.post("/lab/", form(was=was, **{"runs[0].optimizer.lr": "0.5"}))["Location"])
    assert off.slider is None


def test_a_scenario_is_opened_from_json(client: Client) -> None:
    response = client.post("/lab/", {"do": "load", "json": json.dumps(FIRST)})
    assert setup_at(response["Location"]).scenario == SCENARIO


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "not valid JSON"),
        ("[" * 100_000, "nested too deeply"),
        ('{"steps": 3}', "runs"),
        ("NaN", "scenario"),
    ],
)
def test_json_that_is_no_scenario_is_kept_and_told(client: Client, text: str, words: str) -> None:
    response = client.post("/lab/", {"do": "load", "json": text})
    assert response.status_code == 422 and words in told(response)


def test_a_task_says_how_far_one_is(client: Client) -> None:
    task = lab_tasks()["beyond-the-limit"]
    begin = told(client.get("/lab/", {"task": task.id}))
    assert task.text in begin and "Before any change:" in begin
    solved = task.scenario.with_changes(dict(task.solution))
    texts = texts_of(solved) | {"objective.was": "quadratic", "task": task.id, "do": "run"}
    page = told(client.get(client.post("/lab/", texts)["Location"].partition("#")[0]))
    assert "Solved." in page and task.learned in page
    cheated = told(client.get(lab_address(Setup(solved.with_lr(0.05)), task=task.id)))
    assert "Something else was changed" in cheated and "the optimizer (lr)" in cheated
    assert client.get("/lab/", {"task": "no-such"}).status_code == 404


def test_a_task_leads_to_its_free_inputs_and_unfolds_them(client: Client) -> None:
    for task in lab_tasks().values():
        assert set(lab_form(texts_of(task.scenario), free=task.change).free) == set(task.change)
    for name in ("clip-the-cliff", "features-of-one-size", "under-the-noise-floor"):
        task = lab_tasks()[name]
        page = told(client.get("/lab/", {"task": task.id}))
        marked = set(re.findall(r'<div class="lab-field[^"]* free"> ?<label for="([^"]+)"', page))
        links = re.findall(r'<a href="#(lab-[^"]+)">the ', page)
        assert len(links) == len(task.change) and set(links) <= marked, task.id
        for link in links:  # the innermost group about the input is open
            before = page[: page.index(f'id="{link}"')]
            group = re.findall(r'<details class="lab-group"[^>]*>', before)[-1]
            assert group.endswith(" open>"), (task.id, link)
    free = told(client.get(lab_address(Setup(SCENARIO))))
    assert "lab-field free" not in free


def test_the_map_is_for_clicks_only_where_the_start_is_free(client: Client) -> None:
    assert "data-map=" in told(client.get(lab_address(Setup(SCENARIO))))
    assert "data-map=" not in told(client.get("/lab/", {"task": "beyond-the-limit"}))


def test_form_and_verdict_are_of_the_rate_that_the_figure_shows(client: Client) -> None:
    task = lab_tasks()["quickest-fixed-rate"]
    slow, quick = lab_address(Setup(task.scenario), task=task.id), "&lr=0.0765"
    page = told(client.get(slow + quick))
    shown = re.search(r'name="lr" value="([^"]+)"', page)
    typed = re.search(r'name="runs\[0\]\.optimizer\.lr" value="([^"]+)"', page)
    assert shown is not None and typed is not None and shown[1] == typed[1] != "0.02"
    assert "Solved." in page
    assert "Before any change:" in told(client.get(slow))


def test_a_further_picture_is_of_the_rate_that_the_figure_shows(client: Client) -> None:
    asked = {"s": lab_address(Setup(SCENARIO)).partition("s=")[2], "show": "sharpness"}
    assert "the limit 2 / lr is 66.7." in told(client.get("/lab/picture/", asked))
    moved = told(client.get("/lab/picture/", asked | {"lr": "0.05"}))
    limit = re.search(r"the limit 2 / lr is ([\d.]+)\.", moved)
    assert limit is not None and float(limit[1]) == pytest.approx(2 / 0.05, rel=0.05)


def test_almost_says_on_which_side_one_is(client: Client) -> None:
    task = lab_tasks()["beyond-the-limit"]  # the limit 2 (1 + β) / 25 is 0.1 at β = 0.25
    for momentum, words in ((0.24, "Not yet, but close."), (0.29, "Almost.")):
        changed = task.scenario.with_changes({"momentum": momentum})
        page = told(client.get(lab_address(Setup(changed), task=task.id)))
        assert words in page, momentum
        assert ("This run does it, but only just" in page) is (words == "Almost.")


def test_an_error_without_a_script_keeps_the_last_picture(client: Client) -> None:
    was = lab_address(Setup(SCENARIO)).partition("s=")[2]
    page = told(client.post("/lab/", form(was=was, steps="many")))
    assert "figure-panel" in page and "Not run yet; the picture is of the last run." in page
    assert "figure-panel" not in told(client.post("/lab/", form(was="rubbish", steps="many")))


def test_an_error_with_a_script_sends_the_form_alone(client: Client) -> None:
    response = client.post("/lab/", form(steps="many"), headers={"hx-request": "true"})
    assert response.status_code == 200
    assert response["HX-Retarget"] == response["HX-Reselect"] == "#lab-form"
    assert response["HX-Push-Url"] == "false"


def test_a_named_scenario_has_its_name_as_title(client: Client) -> None:
    named = named_scenarios()["hopping-valley"]
    assert f"<h1>{named.title}</h1>" in told(client.get(lab_address(Setup(named.scenario, named.slider))))
    assert "<h1>The lab</h1>" in told(client.get(lab_address(Setup(SCENARIO))))


def test_hostile_forms_are_refused_politely(client: Client) -> None:
    for texts in (
        {},
        {"do": "run"},
        {"do": "fields"},
        {"do": "remove-run:99999999999"},
        {"do": "add-run"},
        {"do": "nonsense", "objective.name": "quadratic"},
        {"runs[999].optimizer.name": "SGD", "do": "run"},
        form(was="rubbish", do="fields"),
        form(**{"objective.name": "\x00"}),
        form(**{"runs[0].own": json.dumps({"steps": 3})}),
    ):
        assert client.post("/lab/", texts).status_code in (200, 303, 422), texts


def test_who_asks_for_too_many_runs_is_asked_to_wait(client: Client, settings: Any) -> None:
    settings.API_RATES = settings.API_RATES | {"lab": (100, 3)}
    address = lab_address(Setup(SCENARIO))
    assert [client.get(address).status_code for _ in range(3)] == [200, 200, 200]
    refused = client.post("/lab/", form())
    assert refused.status_code == 429 and "Too many tries" in told(refused)
    assert 0 < int(refused["Retry-After"]) <= 60
    assert client.get("/lab/picture/").status_code == 429
    assert client.get("/topics/").status_code == 200, "other pages are not counted"
    assert Client(REMOTE_ADDR="192.0.2.9").get(address).status_code == 200, "nor other people"


@pytest.mark.parametrize(
    ("curvature", "start"), [(1e12, 1e150), (1.0, 1e160), (1.0, -1e307)], ids=["steep", "far", "farther"]
)
def test_a_loss_too_large_for_a_number_is_drawn(client: Client, curvature: float, start: float) -> None:
    one = {
        "objective": {"name": "quadratic", "eigenvalues": [curvature]},
        "start": [start],
        "steps": 20,
        "runs": [{"optimizer": {"name": "SGD", "lr": 0.03}}],
    }
    page = client.get(lab_address(Setup(parse_scenario(one))))
    assert page.status_code == 200 and "<svg" in told(page)


def test_the_way_back_is_kept_at_every_turn(client: Client) -> None:
    back = {"from": "/questions/a-question/"}
    for lead in ({"scenario": "hopping-valley"}, {"figure": token_of(build_figure(SCENARIO).scene)}):
        address = client.get("/lab/", {**lead, **back})["Location"]
        page = told(client.get(address))
        kinds = re.findall(r'<a href="(/lab/[^"]+)#picture"', page)
        assert kinds and all("from=%2Fquestions%2Fa-question%2F" in kind for kind in kinds)


def test_what_is_too_large_for_the_lab_is_refused_and_not_drawn(client: Client) -> None:
    data = {"X": [[1.25, 1.25]] * 1900, "y": [1] * 1900}
    large = FIRST | {"objective": {"name": "linear"}, "start": [0, 0], "data": data}
    pasted = client.post("/lab/", {"do": "load", "json": json.dumps(large)})
    assert pasted.status_code == 422
    assert "bytes as JSON; the lab takes at most 20000" in told(pasted)
    filled = client.post("/lab/", texts_of(parse_scenario(large)) | {"objective.was": "linear", "do": "run"})
    assert filled.status_code == 422
    assert "bytes as JSON; the lab takes at most 20000" in told(filled)
    assert "<figure" not in filled.content.decode()
