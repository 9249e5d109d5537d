"""The Vega-Lite descriptions fit the published schema, in every kind and theme.

The schema is the one of vega-lite 6.4.1 (BSD-3-Clause, University of Washington Interactive Data Lab),
without its prose.
"""

from __future__ import annotations

import gzip
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from simulator.figures.layers import IDS, Spec
from simulator.figures.renderer import renderer
from simulator.services.drawing import panel_vega, spec_of
from simulator.services.scenes import Scene
from simulator.tests.figures.drawn import scenario_of, scene_for, sgd

SCHEMA = Path(__file__).with_name("vega-lite-6.schema.json.gz")
DECAY = {"scheduler": {"name": "ExponentialLR", "gamma": 0.9}}
SCENES = {
    "landscape": scene_for(scenario_of(sgd(0.9)), changes={"lr": 1.5}),
    "path": scene_for(
        scenario_of(
            sgd(0.07, "plain"), sgd(0.1, "too high"),
            objective={"name": "quadratic", "eigenvalues": [1, 25]}, start=[10, 1], steps=200,
        )
    ),
    "loss": scene_for(scenario_of(sgd(0.5, "a"), sgd(1.5, "b"), noise={"sigma": 0.1, "seed": 1}, steps=300)),
    "rate": scene_for(scenario_of({**sgd(0.5, "a"), **DECAY}, sgd(0.3, "b"))),
}  # fmt: skip


@cache
def validator(definition: str) -> Draft7Validator:
    """Made once: it remembers the references that it has followed."""
    schema = json.loads(gzip.decompress(SCHEMA.read_bytes()))
    return Draft7Validator({**schema, "$ref": f"#/definitions/{definition}"})


def mistakes(definition: str, value: object) -> list[str]:
    """What is wrong with a part of a description, by the definition of the schema that it must fit."""
    found = validator(definition).iter_errors(value)
    return [f"{'.'.join(map(str, error.absolute_path))}: {error.message[:200]}" for error in found]


def mistakes_of_layers(spec: Spec) -> list[str]:
    """What is wrong with a whole description; layer by layer, else it would be tried as every kind."""
    found = mistakes("TopLevelLayerSpec", {**spec, "layer": []})
    for layer in spec["layer"]:
        encoding = dict(layer["encoding"])
        # "Do not sort" is documented as null, which the schema forgets.
        if encoding.get("order") == {"value": None}:
            encoding["order"] = {"value": 0}
        found += mistakes("UnitSpec", {**layer, "encoding": encoding})
    return found


@pytest.mark.parametrize("kind", SCENES)
def test_the_description_fits_the_schema(kind: str) -> None:
    assert not mistakes_of_layers(spec_of(SCENES[kind], kind, theme="css"))


def test_the_schema_finds_mistakes() -> None:
    Draft7Validator.check_schema(validator("UnitSpec").schema)
    layer = spec_of(SCENES["loss"], "loss", theme="light")["layer"][0]
    assert mistakes("UnitSpec", {**layer, "mark": {"type": "lime"}})
    assert mistakes("UnitSpec", {**layer, "encodings": {}})


@pytest.mark.parametrize("kind", SCENES)
def test_numbers_are_finite_and_the_one_variable_is_the_step(kind: str) -> None:
    spec = spec_of(SCENES[kind], kind, theme="light")
    json.dumps(spec, allow_nan=False)
    assert [param["name"] for param in spec["params"]] == ["at"]


@pytest.mark.parametrize("kind", SCENES)
def test_drawing_prints_no_warning(kind: str, caplog: pytest.LogCaptureFixture) -> None:
    renderer().svg(spec_of(SCENES[kind], kind, theme="dark"))
    assert not caplog.records


def at_step(spec: dict[str, Any], step: int) -> dict[str, Any]:
    return {**spec, "params": [{"name": "at", "value": step}]}


def test_at_a_step_the_runs_are_drawn_up_to_it() -> None:
    scene = scene_for(scenario_of(sgd(0.9)))
    whole = renderer().svg(spec_of(scene, "landscape", theme="light"))
    part = renderer().svg(at_step(spec_of(scene, "landscape", theme="light"), 3))
    assert part.count("<path") < whole.count("<path")
    for number, shown in (("3", True), ("4", False)):
        assert (f">{number}</text>" in part) is shown


def test_at_a_step_the_losses_have_a_mark_each_and_a_rule() -> None:
    scene = SCENES["loss"]
    svg = renderer().svg(at_step(spec_of(scene, "loss", theme="light"), 5))
    still = renderer().svg(spec_of(scene, "loss", theme="light"))
    assert svg.count("<path") == still.count("<path") + 2
    assert svg.count("<line") == still.count("<line") + 1


@pytest.mark.parametrize("kind", SCENES)
def test_the_browser_gets_its_data_by_name(kind: str) -> None:
    scene: Scene = SCENES[kind]
    vega = panel_vega(scene, kind)
    named = {data["name"] for data in vega["data"] if data.get("values") is not None}
    assert {"labels", "titles"} <= named
    assert named >= ({"curves", "ends"} if kind in ("loss", "rate") else {"moves", "exits"})
    assert next(signal for signal in vega["signals"] if signal["name"] == "at")["value"] is None
    colours = [scale for scale in vega["scales"] if scale["name"] in ("color", "strokeDash", "shape")]
    assert colours and all(scale["domain"] == list(IDS) for scale in colours)
