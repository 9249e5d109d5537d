"""The bench compares things that compute the same."""

from studyapp.bench import sweep
from studyapp.bench.rounds import alternate


def test_the_three_ways_of_the_sweep_agree_and_are_timed() -> None:
    seconds = sweep.measure(rounds=1)  # asserts that they compute the same
    assert set(seconds) == {"simulator", "bare NumPy", "Python loop"}
    assert all(value > 0 for value in seconds.values())
    assert seconds["simulator"] < seconds["Python loop"]


def test_tasks_take_turns() -> None:
    called: list[str] = []
    alternate({"a": lambda: called.append("a"), "b": lambda: called.append("b")}, rounds=2)
    assert called == ["a", "b"] * 3
