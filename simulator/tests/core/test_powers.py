"""Powers where a last digit is decisive."""

import numpy as np
import pytest

from simulator.core.optimizers import Columns


@pytest.mark.parametrize("beta", [0.9, 0.999, 0.99999, 1 - 1e-9])
def test_powers_of_a_beta_are_pythons_to_the_last_bit(beta: float) -> None:
    columns = Columns([], dim=1, count=2, steps=500)
    expected = [beta ** float(t) for t in range(1, 501)]
    assert columns.powers(np.array([beta, 0.5]))[:, 0].tolist() == expected
    assert columns.powers(np.full((500, 1), beta))[:, 0].tolist() == expected
