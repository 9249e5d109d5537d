"""Addresses carry the figure, cannot be forged, and are never too long."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.signing import Signer

from simulator.core.spec import parse_scenario
from simulator.services import addresses
from simulator.services.addresses import LONGEST, UnknownFigure, figure_address, scene_of, token_of
from simulator.services.controls import Prediction, Slider
from simulator.services.scenes import make_scene
from simulator.tests.figures.drawn import scenario_of, sgd

SCENE = make_scene(
    scenario_of(sgd(0.9, "high"), sgd(0.2, "low")),
    slider=Slider("low", 0.01, 1.3, "linear", 60),
    prediction=Prediction("high", {"lr": 1.05}),
)


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.VAR = tmp_path
    addresses._scene_of.cache_clear()
    return tmp_path / "figures"


def long_scene() -> Any:
    rng = np.random.default_rng(0)
    X = rng.standard_normal((300, 2)).round(6).tolist()
    y = rng.standard_normal(300).round(6).tolist()
    data = {"objective": {"name": "linear"}, "start": [0, 0], "data": {"X": X, "y": y}}
    return make_scene(scenario_of(sgd(0.1), **data))


def test_a_token_gives_the_scene_back() -> None:
    scene, present = scene_of(token_of(SCENE))
    assert scene == SCENE and present
    assert scene.digest == SCENE.digest


def test_a_token_is_the_same_every_time_and_short() -> None:
    assert token_of(SCENE) == token_of(SCENE)
    assert len(token_of(SCENE)) < 700


def test_the_four_addresses_are_there() -> None:
    address = figure_address(SCENE.scenario)
    assert address.svg.endswith("/figure.svg") and address.png.endswith("/figure.png")
    assert address.data.endswith("/data/") and address.vega.endswith("/vega/")
    assert all(part.startswith("/api/v1/figures/") for part in (address.svg, address.png, address.data))


@pytest.mark.parametrize("place", [0, 1, 20, -30, -1])
def test_a_changed_token_is_refused(place: int) -> None:
    token = token_of(SCENE)
    index = place % len(token)
    other = "A" if token[index] != "A" else "B"
    with pytest.raises(UnknownFigure):
        scene_of(token[:index] + other + token[index + 1 :])


@pytest.mark.parametrize("token", ["", "x", "~" + "0" * 64, ".eJw:abc", "a:b:c"])
def test_what_is_no_token_is_refused(token: str) -> None:
    with pytest.raises(UnknownFigure):
        scene_of(token)


def test_a_token_signed_for_something_else_is_refused() -> None:
    with pytest.raises(UnknownFigure):
        scene_of(Signer(salt="another").sign_object({"v": "1", **SCENE.to_dict()}, compress=True))


def test_a_token_signed_by_another_key_is_refused(settings: Any) -> None:
    token = token_of(SCENE)
    settings.SECRET_KEY = "another key altogether"
    addresses._scene_of.cache_clear()
    with pytest.raises(UnknownFigure):
        scene_of(token)


def test_a_long_scene_is_stored_under_its_hash(folder: Path) -> None:
    scene = long_scene()
    token = token_of(scene)
    assert token.startswith("~") and len(token) < 200 <= LONGEST
    assert len(list(folder.iterdir())) == 1
    assert token_of(scene) == token and len(list(folder.iterdir())) == 1
    assert scene_of(token)[0] == scene


def test_a_stored_name_cannot_be_made_up() -> None:
    token = token_of(long_scene())
    name, _, signature = token.partition(":")
    with pytest.raises(UnknownFigure):
        scene_of(f"~../../secret_key:{signature}")
    with pytest.raises(UnknownFigure):
        scene_of(f"{name[:-1]}{'0' if name[-1] != '0' else '1'}:{signature}")


def test_a_figure_no_longer_stored_is_unknown(folder: Path) -> None:
    token = token_of(long_scene())
    for file in folder.iterdir():
        file.unlink()
    addresses._scene_of.cache_clear()
    with pytest.raises(UnknownFigure):
        scene_of(token)


def test_an_older_version_is_drawn_but_known_as_old() -> None:
    token = Signer(salt="simulator.figure").sign_object({"v": "0.0", **SCENE.to_dict()}, compress=True)
    scene, present = scene_of(token)
    assert scene == SCENE and not present


def test_few_long_scenes_are_remembered() -> None:
    """A scene takes up to fifty times as much memory as what carries it."""
    data = {"X": [[1]] * 1500, "y": [1] * 1500}
    for number in range(120):
        run = {"label": f"long {number}", "optimizer": {"name": "SGD", "lr": 0.1}}
        long = {"objective": {"name": "linear"}, "start": [0], "steps": 1, "data": data, "runs": [run]}
        scene_of(token_of(make_scene(parse_scenario(long))))
    assert 0 < len(addresses._scene_of.cache) < 100
