"""How often a path turns back, in several dimensions."""

import numpy as np

from simulator.core.diagnosis.shape import reversals


def test_a_step_turns_back_where_it_makes_more_than_a_right_angle_with_the_last() -> None:
    """The first goes 10 to the right; the others differ from it by 0, 45, 90, 135 and 180 degrees."""
    for direction, turns in (([3, 0], 0), ([2, 2], 0), ([0, 3], 0), ([-2, 2], 1), ([-3, 0], 1)):
        assert reversals(np.cumsum([[0, 0], [10, 0], direction], axis=0, dtype=float)) == (turns, 1)


def test_a_path_across_a_valley_turns_back_though_it_goes_on_along_it() -> None:
    zigzag = np.array([[0.1 * step, (-1) ** step] for step in range(11)])
    assert reversals(zigzag) == (9, 9)
    # A small step back along the valley is outweighed by one that goes on across.
    assert reversals(np.array([[0, 0], [0.1, 1], [0, 2.0]])) == (0, 1)


def test_steps_below_a_millionth_of_the_longest_are_left_out() -> None:
    assert reversals(np.array([[0.0], [1], [1 - 1e-7], [2]])) == (0, 0)
    assert reversals(np.array([[0.0], [1], [1 - 1e-5], [2]])) == (2, 2)
    assert reversals(np.zeros((4, 1))) == (0, 0)
