"""The catalogue: what ships is good, and mistakes are named by file, scenario and key."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.services import describe, named_scenarios
from simulator.services.catalogue import CatalogueError, read_catalogue

GOOD = """
- id: a-valley
  title: A valley
  summary: Down it goes.
  topic: too-high
  level: beginner
  scenario:
    objective: {name: quadratic, eigenvalues: [2]}
    start: [1]
    steps: 40
    runs: [{optimizer: {name: SGD, lr: 1e-3}}]
"""


def catalogue(tmp_path: Path, text: str) -> Path:
    (tmp_path / "some.yaml").write_text(text)
    return tmp_path


def test_every_named_scenario_runs_and_can_be_described() -> None:
    named = named_scenarios()
    assert len(named) >= 12
    for entry in named.values():
        assert describe(entry.scenario)
        assert entry.title and entry.summary.endswith((".", "!", "?"))


def test_every_slider_holds_the_scenarios_own_rate() -> None:
    for name, entry in named_scenarios().items():
        if entry.slider is not None:
            run = entry.scenario.run(entry.slider.run) if entry.slider.run else entry.scenario.runs[0]
            assert entry.slider.min <= run.optimizer.lr <= entry.slider.max, name


def test_exponents_are_numbers(tmp_path: Path) -> None:
    (entry,) = read_catalogue(catalogue(tmp_path, GOOD)).values()
    assert entry.scenario.runs[0].optimizer.lr == 0.001


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("  level: beginner", "  level: beginner\n  level: advanced", ["some.yaml: line 7: ", "level"]),
        ("  level: beginner", "  colour: red\n  level: beginner", ["some.yaml", "a-valley", "colour"]),
        ("  level: beginner", "  level: hard", ["some.yaml", "a-valley", "level"]),
        ("  level: beginner", "", ["some.yaml", "a-valley", "level"]),
        ("  title: A valley", "  title: 5", ["some.yaml", "a-valley", "title"]),
        ("id: a-valley", "id: A Valley", ["some.yaml", "A Valley", "id"]),
        ("id: a-valley", "id: a-valley/..", ["some.yaml", "a-valley/..", "id"]),
        ("name: SGD", "name: SDG", ["some.yaml", "a-valley", "optimizer.name"]),
        ("steps: 40", "steps: 40\n    stepz: 3", ["some.yaml", "a-valley", "stepz"]),
        ("lr: 1e-3", "lr: 1e-3, lr: 2", ["some.yaml", "lr"]),
        ("lr: 1e-3", "lr: '1e-3'", ["some.yaml", "a-valley", "lr"]),
        (
            "  level: beginner",
            "  level: beginner\n  slider: {min: 1}",
            ["some.yaml", "a-valley", "slider.max"],
        ),
        ("    start: [1]", "    start: [1", ["some.yaml", "not YAML"]),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, before: str, after: str, told: list[str]) -> None:
    assert before in GOOD
    with pytest.raises(CatalogueError) as caught:
        read_catalogue(catalogue(tmp_path, GOOD.replace(before, after)))
    for part in told:
        assert part in str(caught.value)


def test_an_id_is_taken_once(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="a-valley: this id is taken"):
        read_catalogue(catalogue(tmp_path, GOOD + GOOD))


def test_a_file_must_be_a_list(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"some\.yaml: must be a list"):
        read_catalogue(catalogue(tmp_path, "a: 1"))


def test_no_python_objects(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError):
        read_catalogue(catalogue(tmp_path, "- !!python/object/apply:os.getcwd []"))
