"""Addresses of figures: they carry the scenario, signed, so that a picture can be asked for by anybody who
was given its address and by nobody else, and so that it never changes under its address."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from dataclasses import dataclass, fields
from pathlib import Path
from threading import Lock
from typing import Any

from cachetools import LRUCache, cached
from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

from simulator.core.spec import Scenario, parse_scenario
from simulator.services.controls import Prediction, Slider, parse_slider
from simulator.services.scenes import VERSION, Scene, make_scene

LONGEST = 3600  # characters; no figure at an address of the lab takes more, so none of those is stored
_KEPT_BYTES = 1_000_000  # of the scenarios, as they are carried, that a process remembers
_MOST_KEPT = 256
_SALT = "simulator.figure"
_STORED = "~"


class UnknownFigure(LookupError):
    """A token that was not made here, was changed, or whose figure is no longer stored."""


@dataclass(frozen=True)
class FigureAddress:
    """Addresses of one figure in its forms, relative to the site."""

    svg: str
    png: str
    data: str
    vega: str
    program: str
    notebook: str


def figure_address(
    scenario: Scenario, *, slider: Slider | None = None, prediction: Prediction | None = None
) -> FigureAddress:
    """Where the figure of a scenario is to be had."""
    return address_of(make_scene(scenario, slider=slider, prediction=prediction))


def address_of(scene: Scene) -> FigureAddress:
    """Where the figure of a scene is to be had."""
    token = token_of(scene)
    return FigureAddress(
        **{field.name: reverse(f"figure-{field.name}", args=[token]) for field in fields(FigureAddress)}
    )


def token_of(scene: Scene) -> str:
    """The scene in a text for an address: signed, the same every time, with the version of what draws it."""
    carried = {"v": VERSION, **scene.to_dict()}
    token = Signer(salt=_SALT).sign_object(carried, compress=True)
    return token if len(token) <= LONGEST else Signer(salt=_SALT).sign(_STORED + _store(carried))


def scene_of(token: str) -> tuple[Scene, bool]:
    """The scene of a token, and whether it was made by the present version. Raises UnknownFigure."""
    try:
        return _scene_of(token)[:2]
    except BadSignature as error:
        raise UnknownFigure("this figure's address is not one that was given out") from error


def _size(found: tuple[Scene, bool, int]) -> int:
    return max(found[2], _KEPT_BYTES // _MOST_KEPT)


@cached(LRUCache[object, tuple[Scene, bool, int]](_KEPT_BYTES, _size), lock=Lock())
def _scene_of(token: str) -> tuple[Scene, bool, int]:
    """The scene of a token, whether it is of the present version, and how long what carries it is. Few are
    remembered where they are long: a scene takes up to fifty times as much memory."""
    signer = Signer(salt=_SALT)
    carried = _stored(signer.unsign(token)[1:]) if token.startswith(_STORED) else signer.unsign_object(token)
    scenario = parse_scenario(carried["s"])
    slider = None if carried["r"] is None else parse_slider(carried["r"], scenario)
    prediction = None
    if carried["p"] is not None:
        name, changes, run = carried["p"]
        prediction = Prediction(run, changes, name)
    scene = make_scene(scenario, slider=slider, prediction=prediction)
    return scene, carried["v"] == VERSION, len(json.dumps(carried["s"]))


def _folder() -> Path:
    return Path(settings.VAR) / "figures"


def _store(carried: dict[str, Any]) -> str:
    """Keep what is too long for an address, under the hash of its content; it is never deleted."""
    data = json.dumps(carried, sort_keys=True, separators=(",", ":")).encode()
    name = hashlib.sha256(data).hexdigest()
    folder = _folder()
    target = folder / f"{name}.json"
    if not target.exists():
        folder.mkdir(parents=True, exist_ok=True)
        # Whole or not at all: another process may read it at any time.
        with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
            file.write(data)
        os.replace(file.name, target)  # noqa: PTH105
    return name


def _stored(name: str) -> dict[str, Any]:
    try:
        data = (_folder() / f"{name}.json").read_bytes()
    except OSError as error:
        raise UnknownFigure("this figure is no longer stored") from error
    return dict(json.loads(data))
