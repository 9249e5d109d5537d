"""One training run by real PyTorch, written from the public contract alone, without the simulator.

Everything is float64 on one thread. Gradients come from autograd, optimizers and schedulers from torch.optim.
"""

import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import torch  # type: ignore[import-not-found,unused-ignore]

torch.set_default_dtype(torch.float64)  # NAdam keeps a product in the default type
torch.set_num_threads(1)
warnings.simplefilter("ignore")  # torch warns about lr_scheduler call order where it sees none

Loss = Callable[[Any, Any], Any]  # (theta, rows or None) -> scalar tensor

START_CHANGE = 2.0**-50
GRADIENT_CHANGE = 2.0**-52
PLACE_CHANGE = 2.0**-52


@dataclass
class Reference:
    """All T+1 rows: params (T+1, D), loss (T+1,), lr (T+1,)."""

    params: np.ndarray
    loss: np.ndarray
    lr: np.ndarray


def run(scenario: dict[str, Any], *, change: int | None = None) -> Reference:
    """The run of a scenario that has one.

    `change` seeds rounding-size changes of the start, of every gradient, and of the place where it is taken:
    near a minimum the gradient is a small difference of large terms, whose rounding a relative change of the
    gradient itself would miss.
    """
    given = {**scenario, **scenario["runs"][0]}
    loss_of, start, n = objective(given)
    rng = np.random.default_rng(change) if change is not None else None
    if rng is not None:
        start = start * (1 + START_CHANGE * rng.choice([-1.0, 1.0], start.shape))
    theta = torch.nn.Parameter(torch.tensor(start))
    optimizer = make_optimizer(given["optimizer"], theta)
    scheduler = make_scheduler(given.get("scheduler"), optimizer)
    batches, noise = (
        batch_rows(given.get("batches"), n),
        noise_of(given.get("noise"), scenario["steps"], start.size),
    )
    params, losses, rates = [], [], []
    for t in range(scenario["steps"] + 1):
        params.append(theta.detach().numpy().copy())
        with torch.no_grad():
            losses.append(float(loss_of(theta, None)))
        rates.append(float(optimizer.param_groups[0]["lr"]))
        if t == scenario["steps"]:
            break
        set_gradient(
            theta, loss_of, next(batches), None if noise is None else noise[t], given.get("clip_norm"), rng
        )
        optimizer.step()
        if scheduler is not None and (t + 1) % given.get("scheduler_interval", 1) == 0:
            step_scheduler(scheduler, given.get("plateau_metric", "before"), losses[-1], theta, loss_of)
    return Reference(np.array(params), np.array(losses), np.array(rates))


def set_gradient(
    theta: Any,
    loss_of: Loss,
    rows: Any,
    noise: np.ndarray | None,
    clip: float | None,
    rng: np.random.Generator | None,
) -> None:
    """Gradient of the batch, plus noise, clipped; with rounding-size changes where `rng` is given."""
    theta.grad = None
    place = theta.detach().clone()
    if rng is not None:
        theta.data *= 1 + PLACE_CHANGE * torch.tensor(rng.choice([-1.0, 1.0], theta.shape))
    loss_of(theta, rows).backward()
    theta.data.copy_(place)
    if rng is not None:
        size = float(theta.grad.abs().max())
        theta.grad += GRADIENT_CHANGE * size * torch.tensor(rng.choice([-1.0, 1.0], theta.shape))
    if noise is not None:
        theta.grad += torch.tensor(noise)
    if clip is not None:
        torch.nn.utils.clip_grad_norm_([theta], clip)


def step_scheduler(scheduler: Any, metric: str, before: float, theta: Any, loss_of: Loss) -> None:
    if isinstance(scheduler, torch.optim.lr_scheduler.ReduceLROnPlateau):
        with torch.no_grad():
            scheduler.step(before if metric == "before" else float(loss_of(theta, None)))
    else:
        scheduler.step()


def make_optimizer(given: dict[str, Any], theta: Any) -> Any:
    arguments = {key: tuple(v) if isinstance(v, list) else v for key, v in given.items() if key != "name"}
    if "betas" in arguments:
        arguments["betas"] = tuple(float(beta) for beta in arguments["betas"])
    return getattr(torch.optim, given["name"])([theta], **arguments)


def inverse_time(epoch: int, decay: float) -> float:
    return 1 / (1 + decay * epoch)


def noam(epoch: int, warmup_steps: int, d_model: int | None = None) -> float:
    step = epoch + 1
    if d_model is None:
        return min((step / warmup_steps) ** -0.5, step / warmup_steps)
    return d_model**-0.5 * min(step**-0.5, step * warmup_steps**-1.5)


# LambdaLR with the functions that the simulator's named schedules stand for.
LAMBDAS: dict[str, Callable[..., float]] = {"InverseTimeLR": inverse_time, "NoamLR": noam}


def make_scheduler(given: dict[str, Any] | None, optimizer: Any) -> Any:
    if given is None:
        return None
    arguments = {key: value for key, value in given.items() if key != "name"}
    if given["name"] in LAMBDAS:
        factor = LAMBDAS[given["name"]]
        return torch.optim.lr_scheduler.LambdaLR(optimizer, lambda epoch: factor(epoch, **arguments))
    if given["name"] == "SequentialLR":
        arguments["schedulers"] = [make_scheduler(one, optimizer) for one in given["schedulers"]]
    return getattr(torch.optim.lr_scheduler, given["name"])(optimizer, **arguments)


def noise_of(given: dict[str, Any] | None, steps: int, dim: int) -> np.ndarray | None:
    if given is None:
        return None
    rng = np.random.Generator(np.random.PCG64(given.get("seed", 0)))
    return given["sigma"] * rng.standard_normal((steps, dim))


def batch_rows(given: dict[str, Any] | None, n: int) -> Iterator[Any]:
    if given is None:
        while True:
            yield None
    rng = np.random.Generator(np.random.PCG64(given.get("seed", 0)))
    while True:
        order = rng.permutation(n)
        for first in range(0, n, given["size"]):
            yield torch.tensor(order[first : first + given["size"]])


def dataset(given: dict[str, Any]) -> tuple[Any, Any]:
    """X (n, columns) and y (n, outputs)."""
    if "X" in given:
        X, y = np.array(given["X"], float), np.array(given["y"], float)
    else:
        n, noise = given.get("n", 200), given.get("noise", 0.1)
        rng = np.random.Generator(np.random.PCG64(given.get("seed", 0)))
        if given["dataset"] == "circles":
            r, a = rng.uniform(0, 1, n) ** 0.5, rng.uniform(0, 2 * np.pi, n)
            X = np.stack([r * np.cos(a), r * np.sin(a)], 1) + noise * rng.standard_normal((n, 2))
            y = (r < 0.5) * 1.0
        elif given["dataset"] == "sine":
            x = rng.uniform(-1, 1, n)
            X, y = x[:, None], np.sin(3 * x) + noise * rng.standard_normal(n)
        else:
            c = np.arange(n) % 2
            X, y = (2 * c - 1)[:, None] * np.ones(2) + noise * rng.standard_normal((n, 2)), c * 1.0
    return rows_trained_on(X, y.reshape(len(X), -1), given)


def rows_trained_on(X: np.ndarray, y: np.ndarray, given: dict[str, Any]) -> tuple[Any, Any]:
    """With polynomials of the one column, without the rows kept apart, then standardised."""
    if given.get("polynomial"):
        degree, basis = given["polynomial"]["degree"], given["polynomial"].get("basis", "legendre")
        x, columns = X[:, 0], [np.ones(len(X)), X[:, 0]]
        for k in range(1, degree):
            bonnet = ((2 * k + 1) * x * columns[k] - k * columns[k - 1]) / (k + 1)
            columns.append(bonnet if basis == "legendre" else x * columns[k])
        X = np.stack(columns[: degree + 1], 1)
    if given.get("validation") is not None:
        share, seed = given["validation"].get("share", 0.25), given["validation"].get("seed", 0)
        apart = set(np.random.Generator(np.random.PCG64(seed)).permutation(len(X))[: round(share * len(X))])
        left = [row for row in range(len(X)) if row not in apart]
        X, y = X[left], y[left]
    if given.get("standardize"):
        spread = np.ptp(X, axis=0) > 0
        X = np.where(spread, (X - X.mean(0)) / np.where(spread, X.std(0), 1.0), X)
    return torch.tensor(X), torch.tensor(y)


def objective(given: dict[str, Any]) -> tuple[Loss, np.ndarray, int]:
    """Loss function, start, and number of rows of data (1 without)."""
    options = {key: value for key, value in given["objective"].items() if key != "name"}
    name = given["objective"]["name"]
    if name in ("linear", "logistic", "mlp"):
        X, y = dataset(given["data"])
        if name == "mlp":
            loss, own = mlp(X, y, **options)
            return loss, own if given.get("start") is None else np.array(given["start"], float), len(X)
        loss = linear(X, y, **options) if name == "linear" else logistic(X, y, **options)
        return loss, np.array(given["start"], float), len(X)
    function = FUNCTIONS[name](**options)
    return (lambda theta, rows: function(theta)), np.array(given["start"], float), 1


def quadratic(eigenvalues: Any = None, matrix: Any = None, minimum: Any = 0.0) -> Callable[[Any], Any]:
    A = torch.diag(torch.tensor(eigenvalues, dtype=torch.float64)) if matrix is None else torch.tensor(matrix)
    A, c = A.double(), torch.tensor(minimum, dtype=torch.float64)
    return lambda x: 0.5 * (x - c) @ A @ (x - c)


def rosenbrock(a: float = 1.0, b: float = 100.0, dim: int = 2) -> Callable[[Any], Any]:
    return lambda x: ((a - x[:-1]) ** 2 + b * (x[1:] - x[:-1] ** 2) ** 2).sum()


def two_wells(depth: Any, center: Any, width: Any, k: float = 0.0) -> Callable[[Any], Any]:
    def loss(x: Any) -> Any:
        x = x[0]
        wells = [
            d * torch.exp(-((x - c) ** 2) / (2 * w * w)) for d, c, w in zip(depth, center, width, strict=True)
        ]
        return k * x**2 / 2 - wells[0] - wells[1]

    return loss


FUNCTIONS: dict[str, Callable[..., Callable[[Any], Any]]] = {
    "quadratic": quadratic,
    "rosenbrock": rosenbrock,
    "double_well": lambda tilt=0.0: lambda x: (x[0] ** 2 - 1) ** 2 / 4 + tilt * x[0],
    "two_wells": two_wells,
    "saddle": lambda: lambda x: (x[0] ** 2 - x[1] ** 2) / 2 + x[1] ** 4 / 4,
    "rippled": lambda amp=1.0, freq=5.0, dim=1: lambda x: (x**2 / 2 + amp * (1 - torch.cos(freq * x))).sum(),
    "polynomial": lambda coeffs: lambda x: sum(c * x[0] ** k for k, c in enumerate(coeffs)),
    "deep_linear": lambda depth, target=1.0: lambda w: 0.5 * (w.prod() - target) ** 2,
}


def pick(values: Any, rows: Any) -> Any:
    return values if rows is None else values[rows]


def linear(X: Any, y: Any, l2: float = 0.0, l1: float = 0.0) -> Loss:
    def loss(w: Any, rows: Any) -> Any:
        residual = pick(X, rows) @ w - pick(y, rows)[:, 0]
        return (residual**2).mean() / 2 + l2 / 2 * (w**2).sum() + l1 * w.abs().sum()

    return loss


def logistic(X: Any, y: Any, l2: float = 0.0, l1: float = 0.0) -> Loss:
    def loss(w: Any, rows: Any) -> Any:
        z = pick(X, rows) @ w
        terms = torch.logaddexp(z, torch.zeros_like(z)) - pick(y, rows)[:, 0] * z
        return terms.mean() + l2 / 2 * (w**2).sum() + l1 * w.abs().sum()

    return loss


def mlp(
    X: Any,
    y: Any,
    layers: list[int],
    activation: str = "tanh",
    loss: str = "mse",
    l2: float = 0.0,
    l1: float = 0.0,
    init: Any = None,
) -> tuple[Loss, np.ndarray]:
    init = {"seed": 0, "gain": 1.0, **(init or {})}
    rng = np.random.Generator(np.random.PCG64(init["seed"]))
    pairs = list(pairwise(layers))
    start = []
    for i, o in pairs:
        start += [(init["gain"] / np.sqrt(i) * rng.standard_normal((o, i))).ravel(), np.zeros(o)]
    act = getattr(torch, activation)

    def function(theta: Any, rows: Any) -> Any:
        a, at = pick(X, rows), 0
        target = pick(y, rows)
        for index, (i, o) in enumerate(pairs):
            W, b = theta[at : at + o * i].reshape(o, i), theta[at + o * i : at + o * i + o]
            at += o * i + o
            a = a @ W.T + b
            if index < len(pairs) - 1:
                a = act(a)
        if loss == "mse":
            value = ((a - target) ** 2).sum() / (2 * len(a))
        else:
            value = (torch.logaddexp(a, torch.zeros_like(a)) - target * a).sum() / len(a)
        return value + l2 / 2 * (theta**2).sum() + l1 * theta.abs().sum()

    return function, np.concatenate(start)
