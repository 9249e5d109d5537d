"""Arrays that begin at a line of the cache."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from simulator.core.memory import aligned, empty, repeated, zeros

_shapes = st.lists(st.integers(1, 7), min_size=1, max_size=3)


@given(_shapes)
def test_every_array_begins_at_a_line_and_is_all_its_own(shape: list[int]) -> None:
    arrays = [empty(*shape), zeros(*shape), aligned(np.ones(shape)), empty(*shape)]
    for number, array in enumerate(arrays):
        assert array.ctypes.data % 64 == 0
        assert array.shape == tuple(shape)
        assert array.flags.c_contiguous
        assert array.flags.writeable
        array.fill(number)
    assert [array.mean() for array in arrays] == [0, 1, 2, 3]


def test_what_they_hold() -> None:
    assert not zeros(3, 5).any()
    columns = np.arange(12.0).reshape(3, 4).T
    np.testing.assert_array_equal(aligned(columns), columns)
    np.testing.assert_array_equal(repeated(np.array([1.0, 2.0]), 3), [1, 2, 1, 2, 1, 2])
    assert repeated(np.array([1.0, 2.0]), 3).ctypes.data % 64 == 0
