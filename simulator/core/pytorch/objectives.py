"""Objectives as source: one function of theta each, and the constants that it uses."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from simulator.core.arguments import Options
from simulator.core.datasets import Data
from simulator.core.pytorch.source import TAB, Untranslated, added, difference, product, squared, tensor
from simulator.core.spec import ObjectiveSpec


@dataclass(frozen=True)
class Names:
    """What things are called in the program: `suffix` tells objectives apart where there are several."""

    function: str
    suffix: str = ""
    X: str = "X"
    y: str = "y"

    def constant(self, name: str) -> str:
        """A module constant of this objective."""
        return f"{name}{self.suffix}"


@dataclass(frozen=True)
class Translated:
    """What it takes: constants and helpers before the function, its docstring, the lines of its body."""

    words: str
    body: tuple[str, ...]
    before: tuple[str, ...] = ()


def objective_code(spec: ObjectiveSpec, data: Data | None, names: Names, *, batched: bool) -> list[str]:
    """Blocks that define the objective as a function `names.function` of theta.

    `batched`: it also takes the rows of data whose mean is asked for.
    """
    options = spec.options
    if spec.name in _ON_DATA and data is not None:
        made = _ON_DATA[spec.name](options, data, names, batched)
    else:
        made = _FUNCTIONS[spec.name](options, names)
    rows = ", rows=slice(None)" if batched else ""
    words = made.words + (
        "\n\n    The mean over the given rows of the data, usually all of them.\n    " if batched else ""
    )
    lines = [
        f"def {names.function}(theta{rows}):",
        f'{TAB}"""{words}"""',
        *(TAB + line for line in made.body),
    ]
    return [*made.before, "\n".join(lines)]


def _only(options: Options, *names: str) -> None:
    """Raise Untranslated where there are others."""
    if set(options) != set(names):
        raise Untranslated(f"options {sorted(options)}, of which {sorted(names)} are translated")


def _constant(name: str, value: str) -> str:
    return f"{name} = {value}"


def _quadratic(options: Options, names: Names) -> Translated:
    _only(options, "eigenvalues", "matrix", "minimum")
    eigenvalues, matrix, minimum = options["eigenvalues"], options["matrix"], options["minimum"]
    dim, before = len(matrix or eigenvalues), []
    if dim == 1:
        curvature = eigenvalues[0] if matrix is None else matrix[0][0]
        place = minimum[0] if isinstance(minimum, tuple) else minimum
        body = ("x = theta[0]", f"return 0.5 * {product(curvature, squared(difference('x', place)))}")
        return Translated(f"A parabola of curvature {curvature!r}.", body)
    offset = "theta"
    if isinstance(minimum, tuple) and any(minimum):
        offset = f"(theta - {names.constant('MINIMUM')})"
        before.append(_constant(names.constant("MINIMUM"), tensor(minimum, used=12)))
    elif not isinstance(minimum, tuple):
        offset = difference("theta", minimum)
    if matrix is None:
        name = names.constant("CURVATURES")
        before.insert(0, _constant(name, tensor(eigenvalues, used=13)))
        return Translated(
            "A quadratic bowl with these curvatures along the axes.",
            (f"return 0.5 * ({name} * {squared(offset)}).sum()",),
            ("\n".join(before),),
        )
    name = names.constant("MATRIX")
    before.insert(0, _constant(name, tensor(matrix, used=9)))
    body = (f"offset = {offset.strip('()')}", f"return 0.5 * offset @ {name} @ offset")
    return Translated("A quadratic bowl with this Hessian matrix.", body, ("\n".join(before),))


def _rosenbrock(options: Options, names: Names) -> Translated:
    _only(options, "a", "b", "dim")
    a, b = options["a"], options["b"]
    if options["dim"] == 2:
        body = ("x, y = theta", f"return ({a!r} - x) ** 2 + {product(b, '(y - x**2) ** 2')}")
    else:
        body = (
            "x, following = theta[:-1], theta[1:]",
            f"return (({a!r} - x) ** 2 + {product(b, '(following - x**2) ** 2')}).sum()",
        )
    return Translated("Rosenbrock's curved valley.", body)


def _double_well(options: Options, names: Names) -> Translated:
    _only(options, "tilt")
    value = added("x", options["tilt"], "(x**2 - 1) ** 2 / 4")
    return Translated("Two wells around -1 and 1.", ("x = theta[0]", f"return {value}"))


def _rippled(options: Options, names: Names) -> Translated:
    _only(options, "amp", "freq", "dim")
    wave = f"(1 - torch.cos({product(options['freq'], 'theta')}))"
    body = f"return ({added(wave, options['amp'], 'theta**2 / 2')}).sum()"
    return Translated("A bowl with ripples: many local minima.", (body,))


def _two_wells(options: Options, names: Names) -> Translated:
    _only(options, "depth", "center", "width", "k")
    wells = []
    for name, depth, center, width in zip(
        ("first", "second"), options["depth"], options["center"], options["width"], strict=True
    ):
        distance = difference("x", center) if width == 1 else f"({difference('x', center)} / {width!r})"
        wells.append(f"{name} = {product(depth, f'torch.exp(-({squared(distance)}) / 2)')}")
    bowl = "" if options["k"] == 0 else f"{product(options['k'], 'x**2')} / 2 "
    return Translated(
        "Two Gaussian wells" + (", in a wide bowl." if bowl else "."),
        ("x = theta[0]", *wells, f"return {bowl}- first - second" if bowl else "return -first - second"),
    )


def _saddle(options: Options, names: Names) -> Translated:
    _only(options)
    body = ("x, y = theta", "return (x**2 - y**2) / 2 + y**4 / 4")
    return Translated("A saddle at (0, 0) whose way out leads to minima at (0, -1) and (0, 1).", body)


def _polynomial(options: Options, names: Names) -> Translated:
    _only(options, "coeffs")
    total = ""
    for power, factor in reversed(list(enumerate(options["coeffs"]))):
        if factor == 0:
            continue
        term = repr(abs(factor))
        if power:
            term = product(abs(factor), "x" if power == 1 else f"x**{power}")
        sign = (" + ", " - ")[factor < 0] if total else ("", "-")[factor < 0]
        total += sign + term
    if "x" not in total:
        total = f"{total or '0.0'} + 0 * x"
    return Translated("A polynomial of one number.", ("x = theta[0]", *_returned(total)))


def _returned(total: str) -> list[str]:
    """`return total`, in brackets and broken before a sign where it is long."""
    if len(total) < 80:
        return [f"return {total}"]
    lines, current = [], ""
    for word in total.replace(" + ", "\0+ ").replace(" - ", "\0- ").split("\0"):
        if current and len(current) + len(word) > 80:
            lines.append(current)
            current = ""
        current += f" {word}" if current else word
    return ["return (", *(TAB + line for line in [*lines, current]), ")"]


def _deep_linear(options: Options, names: Names) -> Translated:
    _only(options, "depth", "target")
    return Translated(
        "A chain of weights whose product should be the target.",
        (f"return 0.5 * {squared(difference('theta.prod()', options['target']))}",),
    )


def _on(rows: str, batched: bool) -> str:
    return f"{rows}[rows]" if batched else rows


def _penalised(loss: str, options: Options) -> tuple[str, ...]:
    l2, l1 = options["l2"], options["l1"]
    terms = [f"0.5 * {product(l2, '(theta**2).sum()')}"] * (l2 != 0)
    terms += [product(l1, "theta.abs().sum()")] * (l1 != 0)
    if not terms:
        return (f"return {loss}",)
    return (f"loss = {loss}", f"return {' + '.join(['loss', *terms])}")


def _linear(options: Options, data: Data, names: Names, batched: bool) -> Translated:
    _only(options, "l2", "l1")
    error = f"({_on(names.X, batched)} @ theta - {_on(names.y, batched)})"
    return Translated(
        "Least squares, without an intercept.", _penalised(f"0.5 * ({error} ** 2).mean()", options)
    )


def _logistic(options: Options, data: Data, names: Names, batched: bool) -> Translated:
    _only(options, "l2", "l1")
    body = _cross_entropy(f"{_on(names.X, batched)} @ theta", _on(names.y, batched), 1)
    return Translated("Logistic regression, without an intercept.", _penalised(body, options))


def _cross_entropy(logits: str, labels: str, outputs: int) -> str:
    if outputs == 1:
        return f"F.binary_cross_entropy_with_logits({logits}, {labels})"
    summed = f'F.binary_cross_entropy_with_logits({logits}, {labels}, reduction="sum")'
    return f"{summed} / len({labels})"


def _mlp(options: Options, data: Data, names: Names, batched: bool) -> Translated:
    _only(options, "layers", "activation", "loss", "l2", "l1", "init")
    layers, network = options["layers"], f"network{names.suffix}"
    X, y = _on(names.X, batched), _on(names.y, batched)
    if options["loss"] == "bce":
        words, loss = "Mean cross-entropy", _cross_entropy(f"{network}(theta, {X})", y, layers[-1])
    elif layers[-1] == 1:
        words, loss = "Half the mean squared error", f"0.5 * (({network}(theta, {X}) - {y}) ** 2).mean()"
    else:
        words = "Half the squared error, summed over outputs, mean over rows"
        loss = f"0.5 * (({network}(theta, {X}) - {y}) ** 2).sum() / len({y})"
    return Translated(
        f"{words} of the network.",
        _penalised(loss, options),
        (_network(layers, options["activation"], network),),
    )


def _network(layers: tuple[int, ...], activation: str, name: str) -> str:
    pairs = list(pairwise(layers))
    sizes = ", ".join(f"{o} * {i}, {o}" for i, o in pairs)
    parts = ", ".join(f"W{k}, b{k}" for k in range(1, len(pairs) + 1))
    shape = "-".join(map(str, layers))
    lines = [
        f"def {name}(theta, inputs):",
        f'{TAB}"""Fully connected layers {shape}; theta holds the weights and biases of each in turn."""',
        f"{TAB}{parts} = theta.split(",
        f"{TAB}{TAB}[{sizes}]",
        f"{TAB})",
    ]
    if len("".join(lines[2:])) < 110:
        lines[2:] = [f"{TAB}{parts} = theta.split([{sizes}])"]
    given = "inputs"
    for k, (fan_in, fan_out) in enumerate(pairs, 1):
        layer = f"F.linear({given}, W{k}.view({fan_out}, {fan_in}), b{k})"
        if k < len(pairs):
            lines.append(f"{TAB}hidden = torch.{activation}({layer})")
            given = "hidden"
        else:
            lines.append(f"{TAB}return {layer}" + (".squeeze(1)" if fan_out == 1 else ""))
    return "\n".join(lines)


_FUNCTIONS: dict[str, Callable[[Options, Names], Translated]] = {
    "quadratic": _quadratic,
    "rosenbrock": _rosenbrock,
    "double_well": _double_well,
    "rippled": _rippled,
    "two_wells": _two_wells,
    "saddle": _saddle,
    "polynomial": _polynomial,
    "deep_linear": _deep_linear,
}
_ON_DATA: dict[str, Callable[[Options, Data, Names, bool], Translated]] = {
    "linear": _linear,
    "logistic": _logistic,
    "mlp": _mlp,
}
TRANSLATED = frozenset({*_FUNCTIONS, *_ON_DATA})
