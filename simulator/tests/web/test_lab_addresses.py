"""An address of the lab carries everything, and a broken one says so."""

import base64
import json
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.core.spec import parse_scenario
from simulator.services import Prediction, Slider, named_scenarios
from simulator.services.addresses import token_of
from simulator.services.lab import LabAddressError, Setup, lab_address, pack, unpack
from simulator.services.lab.addresses import LARGEST, LONGEST

SCENARIO = parse_scenario(
    {
        "objective": {"name": "quadratic", "eigenvalues": [2]},
        "start": [3],
        "steps": 40,
        "runs": [{"label": "Abstieg – mit „ü“", "optimizer": {"name": "SGD", "lr": 0.9}}],
    }
)


def packed(data: object) -> str:
    return base64.urlsafe_b64encode(zlib.compress(json.dumps(data).encode())).decode()


@pytest.mark.parametrize("name", named_scenarios())
def test_named_scenarios_come_back_whole(name: str) -> None:
    named = named_scenarios()[name]
    setup = Setup(named.scenario, named.slider)
    assert unpack(pack(setup)) == setup


def test_slider_and_prediction_come_back_and_make_the_same_figure() -> None:
    setup = Setup(SCENARIO, Slider(min=0.1, max=1.3), Prediction("", {"lr": 1.25}, "your answer"))
    again = unpack(pack(setup))
    assert again.scene().digest == setup.scene().digest


def test_the_same_setup_has_the_same_address() -> None:
    assert lab_address(Setup(SCENARIO)) == lab_address(Setup(parse_scenario(SCENARIO.to_dict())))
    assert lab_address(Setup(SCENARIO)) == lab_address(
        Setup(SCENARIO, None, Prediction(name="changes nothing"))
    )


def test_what_is_too_long_has_no_address() -> None:
    rows = {"X": [[0.123456789 * k * k % 1] for k in range(1, 900)], "y": [0.0] * 899}
    long = parse_scenario(
        {
            "objective": {"name": "linear"},
            "data": rows,
            "start": [0],
            "steps": 3,
            "runs": [{"optimizer": {"name": "SGD", "lr": 0.1}}],
        }
    )
    assert lab_address(Setup(long)) == ""


def fitted(rows: list[float]) -> Setup:
    """A line fitted to rows given outright."""
    return Setup(
        parse_scenario(
            {
                "objective": {"name": "linear"},
                "data": {"X": [[row] for row in rows], "y": rows},
                "start": [0],
                "steps": 3,
                "runs": [{"optimizer": {"name": "SGD", "lr": 0.1}}],
            }
        )
    )


def test_what_packs_well_but_is_large_has_no_address_and_is_refused() -> None:
    """A scenario takes up to fifty times as much memory as its JSON, and is remembered with what is shown."""
    large = fitted([1.25] * 1990)
    text = packed({"s": large.scenario.to_dict()})
    assert len(text) < 400 and len(json.dumps(large.scenario.to_dict(), separators=(",", ":"))) > LARGEST
    assert pack(large) == ""
    with pytest.raises(LabAddressError, match="address of the lab"):
        unpack(text)


def test_an_address_longer_than_any_is_refused() -> None:
    setup = fitted([k * k % 997 for k in range(600)])
    text = packed({"s": setup.scenario.to_dict()})
    assert pack(setup) == "" and len(text) > LONGEST
    with pytest.raises(LabAddressError, match="address of the lab"):
        unpack(text)


def test_no_figure_at_an_address_is_stored() -> None:
    """Anybody can make up addresses, and what is stored is never deleted."""
    setups = [fitted([k * 7919 % 9973 / 1000 for k in range(count)]) for count in range(200, 500)]
    longest = max((one for one in setups if pack(one)), key=lambda one: len(pack(one)))
    assert len(pack(longest)) > LONGEST - 100 and not all(pack(one) for one in setups)
    assert not token_of(unpack(pack(longest)).scene()).startswith("~")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "é",
        "A" * LONGEST,
        pack(Setup(SCENARIO))[:-9],
        packed({}),
        packed([]),
        packed({"s": None}),
        packed({"s": SCENARIO.to_dict() | {"steps": 10**9}}),
        packed({"s": SCENARIO.to_dict(), "r": {"min": 5}}),
        packed({"s": SCENARIO.to_dict(), "p": ["a", {"lr": -1}, ""]}),
        packed({"s": SCENARIO.to_dict(), "p": ["a", {"lr": 1}, "no such run"]}),
        packed({"s": SCENARIO.to_dict(), "p": 3}),
        base64.urlsafe_b64encode(zlib.compress(b"[" * 100_000)).decode(),
        base64.urlsafe_b64encode(zlib.compress(b" " * 50_000_000, 9)).decode(),
    ],
    ids=range(15),
)
def test_a_broken_address_is_told(text: str) -> None:
    with pytest.raises(LabAddressError, match="address of the lab"):
        unpack(text)


@given(st.text(max_size=200))
def test_no_text_does_worse_than_being_refused(text: str) -> None:
    with pytest.raises(LabAddressError):
        unpack(text)
