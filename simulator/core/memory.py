"""Arrays that begin at a multiple of 64 bytes, where a line of most processors' caches does.

NumPy's own begin at any multiple of 16 bytes, as the allocator happens to give them. Wide vector instructions
then read and write across two lines at a time, which makes an update of thousands of runs up to 1.6 times
slower, and its time a matter of luck. Rows of an array are aligned too where they are 8 numbers long, or a
multiple of it.
"""

import math

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

_LINE = 8  # numbers: 64 bytes


def empty(*shape: int) -> FloatArray:
    """As numpy.empty, aligned."""
    size = math.prod(shape)
    room = np.empty(size + _LINE - 1)
    first = -(room.__array_interface__["data"][0] // room.itemsize) % _LINE
    return room[first : first + size].reshape(shape)


def zeros(*shape: int) -> FloatArray:
    """As numpy.zeros, aligned."""
    room = empty(*shape)
    room.fill(0.0)
    return room


def aligned(values: FloatArray) -> FloatArray:
    """A contiguous, aligned copy."""
    room = empty(*values.shape)
    room[...] = values
    return room


def repeated(values: FloatArray, times: int) -> FloatArray:
    """(B,) values `times` times over, flat: one for every coordinate of a state (D*B,)."""
    return aligned(np.broadcast_to(values, (times, values.size))).ravel()
