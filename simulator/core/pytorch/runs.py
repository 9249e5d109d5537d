"""The runs as source: where each starts, its optimizer and scheduler, and the call that trains it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from simulator.core.arguments import REQUIRED, Argument, Options
from simulator.core.optimizers import OPTIMIZERS
from simulator.core.pytorch.source import TAB, call, keywords, literal, pair, tensor
from simulator.core.pytorch.training import Loop
from simulator.core.schedulers import SCHEDULERS, SchedulerSpec
from simulator.core.spec import OptimizerSpec, Run

_INITIAL = '''\
def initial_theta(layers, seed, gain=1.0):
    """Weights drawn with a standard deviation of gain / sqrt(fan_in), biases 0; layer by layer."""
    rng = np.random.Generator(np.random.PCG64(seed))
    parts = []
    for fan_in, fan_out in itertools.pairwise(layers):
        parts.append(gain / np.sqrt(fan_in) * rng.standard_normal(fan_out * fan_in))
        parts.append(np.zeros(fan_out))
    return torch.from_numpy(np.concatenate(parts))'''


def _inverse_time(options: Options) -> str:
    return f"1 / (1 + {literal(options['decay'])} * epoch)"


def _noam(options: Options) -> str:
    warmup = literal(options["warmup_steps"])
    if options["d_model"] is None:
        return f"min(((epoch + 1) / {warmup}) ** -0.5, (epoch + 1) / {warmup})"
    return f"{literal(options['d_model'])} ** -0.5 * min((epoch + 1) ** -0.5, (epoch + 1) * {warmup} ** -1.5)"


# What PyTorch has under no name: the factor of the base rate, as a function of the epoch.
_LAMBDAS = {"InverseTimeLR": _inverse_time, "NoamLR": _noam}
_PAIRS = ("betas", "etas", "step_sizes")


class Runs:
    """All runs, in the shortest of two forms: a loop over learning rates, or one block for each."""

    def __init__(self, runs: Sequence[Run], loop: Loop) -> None:
        self.runs, self.loop = runs, loop
        self.is_sweep = len(runs) > 1 and len({_apart_from_rate(run) for run in runs}) == 1
        starts = dict.fromkeys(run.start for run in runs if run.start is not None)
        self.starts: Mapping[tuple[float, ...], str] = {}
        if len(runs) > 1 and not self.is_sweep:
            names = ["START"] if len(starts) == 1 else [f"START_{n}" for n in range(1, len(starts) + 1)]
            self.starts = dict(zip(starts, names, strict=True))

    def helpers(self) -> list[str]:
        """Functions and constants that the runs need."""
        constants = [f"{name} = {tensor(start, used=10)}" for start, name in self.starts.items()]
        own = [_INITIAL] if any(run.start is None for run in self.runs) else []
        return own + (["\n".join(constants)] if constants else [])

    def code(self) -> list[str]:
        """Blocks that fill `history`, the losses of each run by its label."""
        if self.is_sweep:
            return [self._sweep()]
        return ["\n".join(self._block(index, literal(run.label))) for index, run in enumerate(self.runs)]

    def _sweep(self) -> str:
        rates = "".join(f"{TAB}{literal(run.label)}: {literal(run.optimizer.lr)},\n" for run in self.runs)
        lines = self._block(0, "label", lr="lr")
        body = "\n".join(lines).replace("\n", f"\n{TAB}")
        return f"RATES = {{\n{rates}}}\nfor label, lr in RATES.items():\n{TAB}{body}"

    def _block(self, index: int, label: str, lr: str | None = None) -> list[str]:
        run = self.runs[index]
        lines = [f"theta = torch.nn.Parameter({self._start(run)})", _optimizer(run.optimizer, lr)]
        if run.scheduler is not None:
            lines.append(scheduler_code(run.scheduler, lead="scheduler = "))
        return [*lines, call("train", self.loop.arguments(index), lead=f"history[{label}] = ")]

    def _start(self, run: Run) -> str:
        if run.start is None:
            init = run.objective.options["init"]
            given = {"seed": literal(init["seed"])}
            if init["gain"] != 1:
                given["gain"] = literal(init["gain"])
            return call("initial_theta", [literal(run.objective.options["layers"]), *keywords(given)])
        if run.start in self.starts:
            return f"{self.starts[run.start]}.clone()"
        return tensor(run.start, used=30)


def _apart_from_rate(run: Run) -> Run:
    return replace(run, label="", optimizer=replace(run.optimizer, lr=1.0))


def _optimizer(optimizer: OptimizerSpec, lr: str | None) -> str:
    arguments = _arguments(optimizer.options, OPTIMIZERS[optimizer.name].arguments)
    given = {"lr": lr or literal(optimizer.lr), **arguments}
    return call(f"torch.optim.{optimizer.name}", ["[theta]", *keywords(given)], lead="optimizer = ")


def scheduler_code(scheduler: SchedulerSpec, *, lead: str = "") -> str:
    """The call that makes a scheduler of `optimizer`, with those arguments that are not PyTorch's default."""
    options = scheduler.options
    if scheduler.name in _LAMBDAS:
        return call(
            "lr_scheduler.LambdaLR",
            ["optimizer", f"lambda epoch: {_LAMBDAS[scheduler.name](options)}"],
            lead=lead,
        )
    if scheduler.name == "SequentialLR":
        inner = [scheduler_code(one) for one in options["schedulers"]]
        given = {"schedulers": call("", inner).replace("(", "[", 1)[:-1] + "]"}
        given["milestones"] = literal(options["milestones"])
    else:
        given = _arguments(options, SCHEDULERS[scheduler.name].arguments)
    return call(f"lr_scheduler.{scheduler.name}", ["optimizer", *keywords(given)], lead=lead)


def _arguments(options: Options, arguments: tuple[Argument, ...]) -> dict[str, str]:
    return {
        one.name: pair(options[one.name]) if one.name in _PAIRS else literal(options[one.name])
        for one in arguments
        if one.default is REQUIRED or options[one.name] != one.default
    }
