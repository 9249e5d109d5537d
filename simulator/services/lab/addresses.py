"""Addresses of the lab: each carries its whole setup, so that it shows the same to everybody, for ever, and
nothing has to be stored."""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from simulator.core.errors import ScenarioError, error_at
from simulator.core.spec import Scenario, parse_scenario
from simulator.services.controls import Prediction, Slider, parse_slider
from simulator.services.scenes import Scene, make_scene

LONGEST: Final = 3000  # characters; a request line must stay below 4 kB
# Bytes of JSON. A few characters of an address could unpack to gigabytes; and what is shown is remembered
# with its scenario, which takes up to fifty times as much memory as its JSON.
LARGEST: Final = 20_000


class LabAddressError(ValueError):
    """An address that was cut or changed on its way; the message says so to a reader."""


@dataclass(frozen=True)
class Setup:
    """What one address of the lab shows: a scenario, with the slider and the predicted run of the figure that
    it was taken from, if any."""

    scenario: Scenario
    slider: Slider | None = None
    prediction: Prediction | None = None

    def scene(self) -> Scene:
        """The figure's ingredients."""
        return make_scene(self.scenario, slider=self.slider, prediction=self.prediction)


def lab_address(setup: Setup, **further: str) -> str:
    """Where the lab shows the setup; "" where that would be longer than an address may be."""
    packed = pack(setup)
    return f"{reverse('lab')}?{urlencode({'s': packed, **further})}" if packed else ""


def setup_of_scene(scene: Scene) -> Setup:
    """The setup that makes this scene again."""
    prediction = None
    if scene.predicted is not None:
        changes = json.loads(scene.prediction_changes)
        prediction = Prediction(scene.prediction_run, changes, scene.prediction_name)
    return Setup(scene.scenario, scene.slider, prediction)


def pack(setup: Setup) -> str:
    """The setup as text for an address, the same every time; "" where that would be too long."""
    data = _written(setup)
    text = base64.urlsafe_b64encode(zlib.compress(data, 9)).rstrip(b"=").decode()
    return text if len(text) <= LONGEST and len(data) <= LARGEST else ""


def check_size(setup: Setup) -> None:
    """Raise ScenarioError for a setup that is larger than the lab shows."""
    size = len(_written(setup))
    if size > LARGEST:
        text = _("has %(size)d bytes as JSON; the lab takes at most %(most)d. The API takes more.")
        raise error_at("", "out_of_bounds", text % {"size": size, "most": LARGEST})


def _written(setup: Setup) -> bytes:
    """What an address carries, as JSON."""
    carried: dict[str, Any] = {"s": setup.scenario.to_dict()}
    if setup.slider is not None:
        carried["r"] = setup.slider.to_dict()
    if setup.prediction is not None and setup.prediction.changes:
        one = setup.prediction
        carried["p"] = [one.name, dict(one.changes), one.label]
    return json.dumps(carried, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def unpack(text: str) -> Setup:
    """The setup of an address. Raises LabAddressError for what was not made by `pack`."""
    try:
        carried = json.loads(_inflated(text))
        scenario = parse_scenario(carried["s"])
        slider = parse_slider(carried["r"], scenario) if "r" in carried else None
        prediction = None
        if "p" in carried:
            name, changes, label = carried["p"]
            prediction = Prediction(str(label), dict(changes), str(name)[:120])
        setup = Setup(scenario, slider, prediction)
        setup.scene()  # the prediction's changes must fit
    except (
        ScenarioError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        RecursionError,
        zlib.error,
    ) as error:
        detail = f" {error.message}" if isinstance(error, ScenarioError) else ""
        message = _("This address of the lab is not complete: part of it was lost or changed on its way.")
        raise LabAddressError(message + detail) from error
    return setup


def _inflated(text: str) -> bytes:
    if len(text) > LONGEST:
        raise ValueError("too long")
    try:
        data = base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    except (UnicodeEncodeError, binascii.Error) as error:
        raise ValueError("not base64") from error
    unpacking = zlib.decompressobj()
    found = unpacking.decompress(data, LARGEST)
    if unpacking.unconsumed_tail or not unpacking.eof:
        raise ValueError("cut off, or too large")
    return found
