"""What noise in the gradient leaves: floors by rate, momentum and batch size.

A bowl of many equal curvatures is as many independent copies of one noisy run, which make an average precise.
That the floors of few seeds meet the same formula, and that a full batch is no noise, is in
`simulator.tests.core.test_laws` and `simulator.tests.core.analyses.test_places`.
"""

import numpy as np
import pytest

from simulator.core.spec import parse_scenario
from simulator.core.training import Record, simulate
from simulator.tests.core.laws.runs import FloatArray, bowl, params

COPIES, STEPS, SETTLING = 256, 3000, 300


def floors(settings: list[tuple[float, float]], *, momentum: float = 0.0) -> tuple[FloatArray, FloatArray]:
    """The mean loss of one coordinate of curvature 1, and its standard error over the copies, at each rate
    with noise of deviation sigma."""
    runs = [
        {
            "optimizer": {"name": "SGD", "lr": lr, "momentum": momentum},
            "noise": {"sigma": sigma, "seed": 5},
        }
        for lr, sigma in settings
    ]
    data = {"objective": bowl(*[1.0] * COPIES), "start": [0.0] * COPIES, "steps": STEPS, "runs": runs}
    path = params(simulate(parse_scenario(data), Record(params=True)))[:, SETTLING:]
    each = np.einsum("btd,btd->bd", path, path) / (2 * path.shape[1])
    error: FloatArray = each.std(axis=1, ddof=1) / np.sqrt(COPIES)
    return each.mean(axis=1), error


def law(lr: float, sigma: float = 1.0, momentum: float = 0.0) -> float:
    """The stationary E x^2 / 2 of x' = x - r (x + noise) with momentum (Mandt et al. 2017, before their limit
    of small rates)."""
    return lr * sigma**2 * (1 + momentum) / (2 * (1 - momentum) * (2 * (1 + momentum) - lr))


@pytest.mark.parametrize(("momentum", "rates"), [(0.0, [0.1, 0.5, 1.0]), (0.9, [0.05, 0.5])])
def test_the_floor_is_its_formula(momentum: float, rates: list[float]) -> None:
    measured, error = floors([(lr, 1.0) for lr in rates], momentum=momentum)
    expected = np.array([law(lr, momentum=momentum) for lr in rates])
    assert (np.abs(measured - expected) < 3 * error).all()
    assert (error < 0.006 * expected).all()


def test_scaling_the_rate_with_the_batch_keeps_the_floor_only_for_small_rates() -> None:
    """A batch of B rows has noise of variance 1/B. With r/B fixed the floor is r / (2 B (2 - r)): the same as
    long as r is small beside 2 (Goyal et al. 2017, sec. 2.1)."""
    sizes = (1, 4, 16)
    measured, error = floors([(0.1 * size, size**-0.5) for size in sizes])
    expected = np.array([0.1 / (2 * (2 - 0.1 * size)) for size in sizes])
    assert (np.abs(measured - expected) < 3 * error).all()
    assert (error < 0.006 * expected).all()
    assert expected == pytest.approx([0.0263, 0.0313, 0.125], rel=2e-3)


@pytest.mark.parametrize("size", [1, 8, 64, 128, 256])
def test_the_noise_of_a_batch_has_the_variance_of_a_draw_without_replacement(size: int) -> None:
    """Of n rows with gradient variance s^2, a batch of B has s^2 (n - B) / ((n - 1) B) (Cochran, "Sampling
    techniques", theorem 2.2). The floor of the iid formula does not follow: the batches of one epoch share
    out the rows, so that their noises sum to zero."""
    n, lr, seeds = 256, 0.1, 8
    a = np.random.Generator(np.random.PCG64(1)).standard_normal(n)
    # 1/(2n) sum (w - a_i)^2: the gradient of a row is w - a_i.
    data = {"X": [[1.0]] * n, "y": a.tolist()}
    runs = [
        {"optimizer": {"name": "SGD", "lr": lr}, "batches": {"size": size, "seed": seed}, "label": f"{seed}"}
        for seed in range(seeds)
    ]
    epochs = max(2, 512 * size // n)
    steps = epochs * n // size
    found = simulate(
        parse_scenario(
            {"objective": {"name": "linear"}, "data": data, "start": [0], "steps": steps, "runs": runs}
        ),
        Record(params=True),
    )
    w = params(found)[:, :, 0]
    noise = (w[:, :-1] - w[:, 1:]) / lr - (w[:, :-1] - a.mean())
    expected = a.var() * (n - size) / ((n - 1) * size)
    each_epoch = noise.reshape(seeds, epochs, n // size)
    np.testing.assert_allclose(each_epoch.sum(axis=2), 0, atol=1e-10)
    if size in (1, n):
        assert (noise**2).mean() == pytest.approx(expected, rel=1e-9, abs=1e-20)  # each row once an epoch
    else:
        # The squares of 8 * 512 draws: three times their deviation, sqrt(2 / 4096).
        assert (noise**2).mean() == pytest.approx(expected, rel=3 * np.sqrt(2 / (seeds * 512)))
